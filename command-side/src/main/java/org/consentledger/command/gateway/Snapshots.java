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
 * Takes snapshots of long histories beside the commands that make them due, never in their way. A snapshot is only a
 * shortcut: where too many are due at once, some are left out, and the next one makes up for them.
 */
@Component
public class Snapshots implements DisposableBean {

    /** A history longer than this is loaded from its last snapshot. */
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

    /** Whether the event with this sequence number makes a snapshot due. */
    public boolean isDue(long sequenceNumber) {
        return (sequenceNumber + 1) % EVENTS_BETWEEN == 0;
    }

    /** Takes one soon. */
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
