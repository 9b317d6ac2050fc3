package org.consentledger.command.crm;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Keeps the sync going, on a thread of its own, from when the doors are open until they close. */
final class SyncWorker implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(SyncWorker.class);

    private final Sync sync;
    private final SalesforceClient client;
    private final Duration poll;
    private volatile @Nullable ScheduledExecutorService thread;

    SyncWorker(Sync sync, SalesforceClient client, Duration poll) {
        this.sync = sync;
        this.client = client;
        this.poll = poll;
    }

    /** Looks for work at once. */
    void wake() {
        var running = thread;
        if (running != null) {
            try {
                running.execute(this::round);
            } catch (RejectedExecutionException closing) {
                LOG.debug("The sync is being stopped");
            }
        }
    }

    private void round() {
        try {
            sync.round();
        } catch (RuntimeException failure) {
            // Its message may quote a statement with somebody's data
            LOG.warn(
                    "A round of the Salesforce sync failed: {}",
                    failure.getClass().getName());
        }
    }

    @Override
    public void start() {
        var started = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("salesforce-sync").factory());
        thread = started;
        var unused = started.scheduleWithFixedDelay(this::round, 0, poll.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void stop() {
        var running = thread;
        if (running != null) {
            thread = null;
            client.close();
            running.shutdownNow();
            running.close();
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    /** Works when the doors are open, and ends before they close. */
    @Override
    public int getPhase() {
        return SmartLifecycle.DEFAULT_PHASE;
    }
}
