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

/** Polls the sync on its own thread, from the start of the HTTP server until its end. */
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

    /** Polls at once. */
    void wake() {
        var running = thread;
        if (running != null) {
            try {
                running.execute(this::poll);
            } catch (RejectedExecutionException closing) {
                LOG.debug("The sync is being stopped");
            }
        }
    }

    private void poll() {
        try {
            sync.poll();
        } catch (RuntimeException failure) {
            // The message is left out: it may quote an SQL statement with personal data
            LOG.warn("The Salesforce sync failed: {}", failure.getClass().getName());
        }
    }

    @Override
    public void start() {
        var started = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("salesforce-sync").factory());
        thread = started;
        var unused = started.scheduleWithFixedDelay(this::poll, 0, poll.toMillis(), TimeUnit.MILLISECONDS);
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

    /** Starts after the HTTP server, and stops before it. */
    @Override
    public int getPhase() {
        return SmartLifecycle.DEFAULT_PHASE;
    }
}
