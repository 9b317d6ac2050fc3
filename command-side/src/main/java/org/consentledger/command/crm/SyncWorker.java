package org.consentledger.command.crm;

import java.time.Duration;
import java.util.List;
import org.consentledger.foundation.lease.LeasedWorker;
import org.consentledger.foundation.lease.LeasedWorker.Piece;
import org.consentledger.foundation.lease.Leases;
import org.springframework.context.SmartLifecycle;

/** Polls the sync under its lease, from the start of the HTTP server until its end. */
final class SyncWorker implements SmartLifecycle {

    /** How long a process that died keeps the others from going on. */
    private static final Duration LEASE = Duration.ofSeconds(30);

    private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(20);

    private final Sync sync;
    private final SalesforceClient client;
    private final Leases leases;
    private final LeasedWorker worker;

    SyncWorker(Sync sync, SalesforceClient client, Duration poll, Leases leases) {
        this.sync = sync;
        this.client = client;
        this.leases = leases;
        worker = new LeasedWorker(
                leases, new LeasedWorker.Settings("salesforce-sync", 1, poll, LEASE, SHUTDOWN_TIMEOUT), new Polls());
    }

    /** Polls at once. */
    void wake() {
        worker.wake();
    }

    private final class Polls implements LeasedWorker.Work {

        @Override
        public List<String> due(int most) {
            return leases.isFree(Sync.LEASE) ? List.of(Sync.LEASE) : List.of();
        }

        @Override
        public boolean carryOut(Piece piece) {
            sync.poll(piece.lease());
            return false;
        }
    }

    @Override
    public void start() {
        worker.start();
    }

    @Override
    public void stop() {
        client.close();
        worker.stop();
    }

    @Override
    public boolean isRunning() {
        return worker.isRunning();
    }

    /** Starts after the HTTP server, and stops before it. */
    @Override
    public int getPhase() {
        return SmartLifecycle.DEFAULT_PHASE;
    }
}
