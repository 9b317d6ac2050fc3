package org.consentledger.command.crm;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.consentledger.command.crm.SalesforceClient.Write;
import org.consentledger.command.crm.SalesforceClient.Written;
import org.consentledger.command.crm.SyncRecord.Gone;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Writes the scheduled opt-outs and opt-ins to Salesforce, up to {@link SalesforceClient#MAX_ROWS} with one call.
 *
 * <p>The results of a call are committed before the next call. A call whose response is lost is repeated; that is safe,
 * because it writes the same values again.
 */
final class Push {

    /** Transient errors of a row until the journal gets an entry, so that a lock of a moment leaves none. */
    private static final int TRIES_BEFORE_JOURNAL = 5;

    private static final Duration MAX_RETRY_DELAY = Duration.ofHours(1);

    /**
     * Delay after the first permanent error of a row. It doubles with each further one: about a month in all until the
     * row is set aside.
     */
    private static final Duration FIRST_REFUSAL_DELAY = Duration.ofDays(1);

    private static final Set<String> GONE_ERRORS =
            Set.of("ENTITY_IS_DELETED", "INVALID_CROSS_REFERENCE_KEY", "NOT_FOUND", "MALFORMED_ID");
    private static final Set<String> TRANSIENT_ERRORS =
            Set.of("UNABLE_TO_LOCK_ROW", "SERVER_UNAVAILABLE", "REQUEST_RUNNING_TOO_LONG", "QUERY_TIMEOUT");

    private final SalesforceSettings settings;
    private final SalesforceClient client;
    private final Feed feed;
    private final Pull pull;
    private final SyncRecords records;
    private final SyncJournal journal;
    private final TransactionTemplate transaction;
    private final Clock clock;

    Push(
            SalesforceSettings settings,
            SalesforceClient client,
            Feed feed,
            Pull pull,
            SyncRecords records,
            SyncJournal journal,
            TransactionTemplate transaction,
            Clock clock) {
        this.settings = settings;
        this.client = client;
        this.feed = feed;
        this.pull = pull;
        this.records = records;
        this.journal = journal;
        this.transaction = transaction;
        this.clock = clock;
    }

    /** Receives the progress of a push after each call. */
    interface Progress {
        void add(int written, int refused);
    }

    /** Writes all rows that are due. */
    void run(@Nullable UUID run, Progress progress) {
        while (pushGroup(run, progress)) {
            // One group, with one call, per iteration
        }
    }

    private boolean pushGroup(@Nullable UUID run, Progress progress) {
        feed.catchUp();
        var due = records.due(clock.instant(), SalesforceClient.MAX_ROWS);
        var optIns = due.stream().filter(row -> Boolean.FALSE.equals(row.push)).toList();
        if (!optIns.isEmpty()) {
            // Read the records again: an opt-out that the sync has not read yet must not be overwritten
            var refreshed = refresh(optIns, run);
            feed.catchUp(); // Schedules a new opt-out for the other records of the same person too
            due = records.due(clock.instant(), SalesforceClient.MAX_ROWS).stream()
                    .filter(row -> Boolean.TRUE.equals(row.push) || refreshed.contains(row.hash))
                    .toList();
        }
        if (due.isEmpty()) {
            return !optIns.isEmpty();
        }
        var group = due;
        var results = client.write(group.stream()
                .map(row -> new Write(row.type, String.valueOf(row.id), Boolean.TRUE.equals(row.push)))
                .toList());
        var converted = transaction.execute(status -> noteResults(group, results, run, progress));
        if (converted != null && !converted.isEmpty()) {
            refresh(converted, run);
        }
        return true;
    }

    /** Reads the current state of some records. Marks those that Salesforce no longer finds as deleted. */
    private Set<String> refresh(List<SyncRecord> rows, @Nullable UUID run) {
        var refreshed = new HashSet<String>();
        for (var type : RecordType.values()) {
            var ids = rows.stream()
                    .filter(row -> row.type == type)
                    .map(row -> String.valueOf(row.id))
                    .toList();
            if (!ids.isEmpty()) {
                refreshed.addAll(pull.refresh(type, ids, run));
            }
        }
        var missing = rows.stream()
                .map(row -> row.hash)
                .filter(hash -> !refreshed.contains(hash))
                .toList();
        if (!missing.isEmpty()) {
            transaction.executeWithoutResult(status -> {
                var locked = records.lock(missing).values();
                locked.forEach(row -> markGone(row, Gone.DELETED));
                records.save(locked);
            });
        }
        return refreshed;
    }

    /** Saves the results of a call. Returns the rows that Salesforce refused as converted leads. */
    private List<SyncRecord> noteResults(
            List<SyncRecord> sent, List<Written> results, @Nullable UUID run, Progress progress) {
        var now = clock.instant();
        var locked = records.lock(sent.stream().map(row -> row.hash).toList());
        var plan = new SyncPlan(settings, run, clock.getZone(), now);
        var converted = new ArrayList<SyncRecord>();
        var written = 0;
        for (var number = 0; number < sent.size(); number++) {
            var row = locked.get(sent.get(number).hash);
            var value = Boolean.TRUE.equals(sent.get(number).push);
            var error = results.get(number).error();
            if (row == null) {
                continue;
            }
            if (error == null) {
                plan.notePush(row, value, null);
                row.confirmWrite(value);
                written++;
            } else if (error.equals("CANNOT_UPDATE_CONVERTED_LEAD")) {
                postpone(row, now); // In case the read that follows does not find a converted lead
                if (row.refusals == SyncRecords.MAX_REFUSALS) {
                    plan.notePush(row, value, error);
                }
                converted.add(row);
            } else {
                handleRefusal(row, value, error, now, plan);
            }
        }
        records.save(locked.values());
        plan.writeJournal(journal);
        progress.add(written, sent.size() - written - converted.size());
        return converted;
    }

    private void handleRefusal(SyncRecord row, boolean value, String error, Instant now, SyncPlan plan) {
        if (GONE_ERRORS.contains(error)) {
            plan.notePush(row, value, error);
            markGone(row, Gone.DELETED);
        } else if (TRANSIENT_ERRORS.contains(error)) {
            row.pushTries++;
            if (row.pushTries == TRIES_BEFORE_JOURNAL) {
                plan.notePush(row, value, error);
            }
            delay(row, now, retryDelay(row.pushTries));
        } else {
            postpone(row, now);
            plan.notePush(row, value, error);
        }
    }

    /**
     * Delays the next try by days: the cause is permanent until an admin of Salesforce removes it. The journal names
     * it.
     */
    private static void postpone(SyncRecord row, Instant now) {
        delay(row, now, FIRST_REFUSAL_DELAY.multipliedBy(1L << row.refusals));
        row.refusals++;
    }

    private static void markGone(SyncRecord row, Gone why) {
        row.cancelPush();
        if (row.gone == null) {
            row.gone = why;
        }
    }

    private static void delay(SyncRecord row, Instant now, Duration duration) {
        row.pushAfter = now.plus(duration);
    }

    private Duration retryDelay(int tries) {
        var wait = settings.backOff().multipliedBy(1L << Math.min(tries - 1, 12));
        return wait.compareTo(MAX_RETRY_DELAY) < 0 ? wait : MAX_RETRY_DELAY;
    }
}
