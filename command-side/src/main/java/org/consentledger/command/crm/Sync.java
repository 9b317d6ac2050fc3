package org.consentledger.command.crm;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.consentledger.command.crm.SalesforceFault.Kind;
import org.consentledger.command.crm.SyncRuns.Run;
import org.consentledger.command.crm.SyncRuns.Trigger;
import org.consentledger.command.crm.SyncState.Pause;
import org.consentledger.foundation.lease.Leases.Lease;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the sync: reads the ledger, and pulls and pushes when a run is queued or due. A lease makes sure that only one
 * process at a time does so.
 */
final class Sync {

    private static final Logger LOG = LoggerFactory.getLogger(Sync.class);

    /** The name of the lease. */
    static final String LEASE = "crm";

    private static final Duration MAX_PAUSE = Duration.ofMinutes(10);

    private final SalesforceSettings settings;
    private final SalesforceClient client;
    private final Feed feed;
    private final Pull pull;
    private final Push push;
    private final SyncRuns runs;
    private final SyncState state;
    private final SyncRecords records;
    private final FencedTransaction transaction;
    private final Clock clock;

    Sync(
            SalesforceSettings settings,
            SalesforceClient client,
            Feed feed,
            Pull pull,
            Push push,
            SyncRuns runs,
            SyncState state,
            SyncRecords records,
            FencedTransaction transaction,
            Clock clock) {
        this.settings = settings;
        this.client = client;
        this.feed = feed;
        this.pull = pull;
        this.push = push;
        this.runs = runs;
        this.state = state;
        this.records = records;
        this.transaction = transaction;
        this.clock = clock;
    }

    /** Does the work that is due now, under the lease {@link #LEASE}. */
    void poll(Lease lease) {
        transaction.under(lease);
        runs.failAbandoned();
        feed.catchUp();
        var queued = runs.queued();
        var pause = state.pause().filter(one -> one.until().isAfter(clock.instant()));
        if (pause.isPresent() && (queued.isEmpty() || isLimit(pause.get()))) {
            return; // A run on request ends every pause except that of a used-up limit
        }
        if (queued.isEmpty() && isDue()) {
            queued = Optional.of(runs.queue(Trigger.SCHEDULE, SyncPlan.SALESFORCE));
        }
        if (queued.isPresent()) {
            execute(queued.get());
        } else {
            pushNow();
        }
    }

    private boolean isDue() {
        return runs.latest(1).stream()
                .allMatch(last -> !last.queuedAt().plus(settings.interval()).isAfter(clock.instant()));
    }

    private void execute(Run run) {
        var id = run.id();
        var before = client.calls();
        runs.begin(id);
        if (run.trigger() == Trigger.REQUEST) {
            records.retryRefused();
        }
        try {
            pull.run(id, (records, events) -> runs.progress(id, records, events, 0, 0));
            push.run(id, (written, refused) -> runs.progress(id, 0, 0, written, refused));
            runs.end(id, client.calls() - before, null);
            state.pause(null);
        } catch (SalesforceFault fault) {
            LOG.warn("Salesforce sync {} failed: {}", id, fault.reason());
            runs.end(id, client.calls() - before, fault.reason());
            pauseAfter(fault);
        } catch (RuntimeException failure) {
            runs.end(
                    id,
                    client.calls() - before,
                    "INTERNAL: " + failure.getClass().getSimpleName());
            throw failure;
        }
    }

    private void pushNow() {
        try {
            var calls = client.calls();
            push.run(null, (written, refused) -> {});
            if (client.calls() > calls) {
                state.pause(null);
            }
        } catch (SalesforceFault fault) {
            LOG.warn("The push to Salesforce failed: {}", fault.reason());
            pauseAfter(fault);
        }
    }

    private void pauseAfter(SalesforceFault fault) {
        if (fault.kind() == Kind.STOPPED) {
            return;
        }
        var failures = 1 + state.pause().map(Pause::failures).orElse(0);
        var pause = fault.kind() == Kind.REQUEST_LIMIT
                ? settings.limitPause()
                : settings.backOff().multipliedBy(1L << Math.min(failures + 2, 16));
        var bounded = fault.kind() == Kind.REQUEST_LIMIT || pause.compareTo(MAX_PAUSE) < 0 ? pause : MAX_PAUSE;
        state.pause(new Pause(clock.instant().plus(bounded), fault.reason(), failures));
    }

    private static boolean isLimit(Pause pause) {
        return pause.reason().startsWith(Kind.REQUEST_LIMIT.name());
    }
}
