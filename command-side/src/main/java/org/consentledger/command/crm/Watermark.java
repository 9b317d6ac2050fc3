package org.consentledger.command.crm;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Checkpoint in the changes of one type of record: all changes before the time are applied, and of those at the same
 * time all up to the id. The empty id sorts before all others.
 */
record Watermark(Instant modstamp, String recordId) {

    /**
     * Returns the watermark after a record was applied. It stays behind the time of the query by the overlap, because a
     * transaction that was open at that time can later commit a record with an earlier time.
     */
    static Watermark after(@Nullable Watermark before, SalesforceRecord last, Instant readAt, Duration overlap) {
        var settled = readAt.minus(overlap);
        var next = last.modstamp().isAfter(settled)
                ? new Watermark(settled, "")
                : new Watermark(last.modstamp(), last.id());
        return before != null && next.modstamp().isBefore(before.modstamp()) ? before : next;
    }
}
