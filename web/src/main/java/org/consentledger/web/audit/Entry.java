package org.consentledger.web.audit;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One fact, as the audit trail tells it. A kind of fact that the pages don't know is shown with what it says.
 *
 * @param personId whom it is about; absent for an address that nobody had
 */
record Entry(
        long position,
        String eventId,
        @Nullable String personId,
        @Nullable String address,
        long version,
        String type,
        Instant recordedAt,
        Actor actor,
        String via,
        @Nullable String correlationId,
        @Nullable String jobId,
        @Nullable List<Change> changes) {

    record Actor(String id, String name, @Nullable List<String> roles) {}

    /** From what to what; each a text, several texts, or nothing. */
    record Change(
            String field, @Nullable Object from, @Nullable Object to) {}

    record Page(List<Entry> entries, @Nullable String next) {}

    public List<Change> whatChanged() {
        return changes == null ? List.of() : changes;
    }
}
