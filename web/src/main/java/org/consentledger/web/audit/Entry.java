package org.consentledger.web.audit;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One event of the audit trail. An event type that the pages don't know is shown with its changes.
 *
 * @param personId the person of the event; null for an address without a person
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

    /** The previous and the new value: a text, a list of texts, or null. */
    record Change(
            String field, @Nullable Object from, @Nullable Object to) {}

    record Page(List<Entry> entries, @Nullable String next) {}

    public List<Change> whatChanged() {
        return changes == null ? List.of() : changes;
    }
}
