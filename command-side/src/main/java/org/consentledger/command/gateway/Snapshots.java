package org.consentledger.command.gateway;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.axonframework.config.Configuration;
import org.axonframework.modelling.command.ConcurrencyException;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Takes snapshots of long histories on a thread of its own, so that no command waits for one. A snapshot is only a
 * shortcut: the queue is bounded, a snapshot that doesn't fit is dropped, and the next one makes up for it.
 */
@Component
public class Snapshots implements DisposableBean {

    /** The number of events between two snapshots of a person. */
    static final int EVENTS_BETWEEN = 50;

    private static final int MOST_DUE = 1_000;

    private final ObjectProvider<Configuration> axon;
    private final ExecutorService beside = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_DUE),
            Thread.ofPlatform().daemon().name("snapshots").factory(),
            new ThreadPoolExecutor.DiscardPolicy());

    Snapshots(ObjectProvider<Configuration> axon) {
        this.axon = axon;
    }

    /** Returns whether a snapshot is due after the event with this sequence number. */
    public boolean isDue(long sequenceNumber) {
        return (sequenceNumber + 1) % EVENTS_BETWEEN == 0;
    }

    /** Queues a snapshot. */
    public void take(Class<?> aggregate, String identifier) {
        beside.execute(() -> {
            try {
                axon.getObject().snapshotter().scheduleSnapshot(aggregate, identifier);
            } catch (ConcurrencyException alreadyTaken) {
                // Another process was faster; one snapshot is enough.
            }
        });
    }

    @Override
    public void destroy() {
        beside.shutdownNow();
    }
}
