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
 * Writes there what is noted on records, so many with one call as one call may have. What a call came to is kept at
 * once; a call of which nobody knows what it came to is made again, and writes the same.
 */
final class Push {

    /** A row that is locked or refused for a passing reason so often is worth a line in the journal. */
    private static final int WORTH_A_LINE = 5;

    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    /** Twice as long after each further refusal, until the value is set aside: for a month in all. */
    private static final Duration UNTIL_SOMEBODY_HAS_MENDED_IT = Duration.ofDays(1);

    private static final Set<String> GONE =
            Set.of("ENTITY_IS_DELETED", "INVALID_CROSS_REFERENCE_KEY", "NOT_FOUND", "MALFORMED_ID");
    private static final Set<String> PASSING =
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

    /** What a push has done so far. */
    interface Progress {
        void add(int written, int refused);
    }

    /** Writes everything that is due. */
    void run(@Nullable UUID run, Progress progress) {
        while (next(run, progress)) {
            // One call for each group
        }
    }

    private boolean next(@Nullable UUID run, Progress progress) {
        feed.catchUp();
        var due = records.due(clock.instant(), SalesforceClient.MOST_ROWS);
        var optIns = due.stream().filter(row -> Boolean.FALSE.equals(row.push)).toList();
        if (!optIns.isEmpty()) {
            // Before an opt-out is lifted there: has somebody opted out again, unseen so far?
            var looked = look(optIns, run);
            feed.catchUp(); // if so, their other records hear of it
            due = records.due(clock.instant(), SalesforceClient.MOST_ROWS).stream()
                    .filter(row -> Boolean.TRUE.equals(row.push) || looked.contains(row.hash))
                    .toList();
        }
        if (due.isEmpty()) {
            return !optIns.isEmpty();
        }
        var group = due;
        var results = client.write(group.stream()
                .map(row -> new Write(row.type, String.valueOf(row.id), Boolean.TRUE.equals(row.push)))
                .toList());
        var converted = transaction.execute(status -> note(group, results, run, progress));
        if (converted != null && !converted.isEmpty()) {
            look(converted, run);
        }
        return true;
    }

    /** Reads some records as they are now; those that can't be found are gone. */
    private Set<String> look(List<SyncRecord> rows, @Nullable UUID run) {
        var looked = new HashSet<String>();
        for (var type : RecordType.values()) {
            var ids = rows.stream()
                    .filter(row -> row.type == type)
                    .map(row -> String.valueOf(row.id))
                    .toList();
            if (!ids.isEmpty()) {
                looked.addAll(pull.look(type, ids, run));
            }
        }
        var missing = rows.stream()
                .map(row -> row.hash)
                .filter(hash -> !looked.contains(hash))
                .toList();
        if (!missing.isEmpty()) {
            transaction.executeWithoutResult(status -> {
                var locked = records.lock(missing).values();
                locked.forEach(row -> gone(row, Gone.DELETED));
                records.save(locked);
            });
        }
        return looked;
    }

    /** Keeps what a call came to; gives back the leads that have been converted. */
    private List<SyncRecord> note(List<SyncRecord> sent, List<Written> results, @Nullable UUID run, Progress progress) {
        var now = clock.instant();
        var locked = records.lock(sent.stream().map(row -> row.hash).toList());
        var settlement = new Settlement(settings, run, now);
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
                settlement.pushed(row, value, null);
                row.written(value);
                written++;
            } else if (error.equals("CANNOT_UPDATE_CONVERTED_LEAD")) {
                putOff(row, now); // unless it turns out to be one
                if (row.refusals == SyncRecords.MOST_REFUSALS) {
                    settlement.pushed(row, value, error);
                }
                converted.add(row);
            } else {
                refused(row, value, error, now, settlement);
            }
        }
        records.save(locked.values());
        settlement.writeJournal(journal);
        progress.add(written, sent.size() - written - converted.size());
        return converted;
    }

    private void refused(SyncRecord row, boolean value, String error, Instant now, Settlement settlement) {
        if (GONE.contains(error)) {
            settlement.pushed(row, value, error);
            gone(row, Gone.DELETED);
        } else if (PASSING.contains(error)) {
            row.pushTries++;
            if (row.pushTries == WORTH_A_LINE) {
                settlement.pushed(row, value, error);
            }
            wait(row, now, growing(row.pushTries));
        } else {
            putOff(row, now);
            settlement.pushed(row, value, error);
        }
    }

    /** Somebody has to mend it; whoever sees the journal knows what. */
    private static void putOff(SyncRecord row, Instant now) {
        wait(row, now, UNTIL_SOMEBODY_HAS_MENDED_IT.multipliedBy(1L << row.refusals));
        row.refusals++;
    }

    private static void gone(SyncRecord row, Gone why) {
        row.dropPush();
        if (row.gone == null) {
            row.gone = why;
        }
    }

    private static void wait(SyncRecord row, Instant now, Duration duration) {
        row.pushAfter = now.plus(duration);
    }

    private Duration growing(int tries) {
        var wait = settings.backOff().multipliedBy(1L << Math.min(tries - 1, 12));
        return wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
    }
}
