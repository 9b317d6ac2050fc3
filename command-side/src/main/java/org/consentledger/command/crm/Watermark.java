package org.consentledger.command.crm;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far the changes of one kind of record have been taken over: everything up to the time, and at that very time up
 * to the id. An empty id stands before all others.
 */
record Watermark(Instant modstamp, String recordId) {

    /**
     * The watermark once a record has been taken over. It stays so far behind the moment of reading that no transaction
     * which was open then can still show a record below it.
     */
    static Watermark after(@Nullable Watermark before, SalesforceRecord last, Instant readAt, Duration overlap) {
        var settled = readAt.minus(overlap);
        var next = last.modstamp().isAfter(settled)
                ? new Watermark(settled, "")
                : new Watermark(last.modstamp(), last.id());
        return before != null && next.modstamp().isBefore(before.modstamp()) ? before : next;
    }
}
