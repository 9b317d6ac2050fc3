package org.consentledger.query.audittrail;

import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.serialization.SerializationException;
import org.consentledger.foundation.store.EventFilter;
import org.consentledger.foundation.store.LedgerEngine;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.query.readmodel.Ledger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Reads the audit trail from the ledger itself: it is the evidence, and no copy of it can lag or lack an entry. A
 * client that asks in ascending order, again and again after the last position that it has, misses none, whatever the
 * filter; {@link LedgerEngine#readPage(EventFilter, long, boolean, int)} says why.
 */
@Component
class AuditTrail {

    private static final Logger LOG = LoggerFactory.getLogger(AuditTrail.class);

    private final LedgerEngine engine;
    private final JdbcTemplate jdbc;

    AuditTrail(LedgerEngine engine, JdbcTemplate jdbc) {
        this.engine = engine;
        this.jdbc = jdbc;
    }

    /** The direction of a page, the position behind which it begins, and the number of events on it. */
    record PageRequest(boolean newestFirst, long behind, int size) {

        /** One more than the page holds: it shows whether there is another page. */
        private int oneMore() {
            return size + 1;
        }
    }

    /**
     * A page of entries.
     *
     * @param next the position of the last event on the page; null on the last page
     */
    record Page(List<AuditEntry> entries, @Nullable String next) {}

    Page ofLedger(EventFilter filter, PageRequest request) {
        return page(engine.readPage(filter, request.behind(), request.newestFirst(), request.oneMore()), request);
    }

    Page ofPerson(PersonId person, PageRequest request) {
        return page(
                engine.readPage(person.toString(), request.behind(), request.newestFirst(), request.oneMore()),
                request);
    }

    private Page page(List<TrackedEventMessage<?>> found, PageRequest request) {
        var events = found.subList(0, Math.min(request.size(), found.size()));
        var erased = erasedAmong(events);
        var entries = events.stream()
                .map(event -> entry(event, erased))
                .filter(Objects::nonNull)
                .toList();
        return new Page(
                entries,
                found.size() > request.size()
                        ? Long.toString(LedgerEngine.positionOf(events.getLast().trackingToken()))
                        : null);
    }

    /** An event that can't be read has an entry too: an auditor must see the damage, and the events behind it. */
    private static @Nullable AuditEntry entry(TrackedEventMessage<?> event, Set<String> erased) {
        try {
            var recorded = Ledger.recorded(event);
            return AuditEntry.of(recorded, erased.contains(recorded.stream()));
        } catch (SerializationException e) {
            if (NestedExceptionUtils.getMostSpecificCause(e) instanceof SQLException) {
                throw e; // the keys can't be read now
            }
            LOG.error("The audit trail shows the event {} as unreadable", event.getIdentifier());
            return AuditEntry.unreadable(Ledger.recorded(event, event.getPayloadType()));
        }
    }

    /**
     * The people among those of the events who have been erased. It is asked after the events were read: this process
     * may still have the key of a person whom another one has erased meanwhile.
     */
    private Set<String> erasedAmong(Collection<TrackedEventMessage<?>> events) {
        var streams = events.stream()
                .map(event -> LedgerEngine.streamOf((DomainEventMessage<?>) event))
                .distinct()
                .toArray(UUID[]::new);
        return new HashSet<>(jdbc.queryForList(
                "SELECT person_id::text FROM unnest(?::uuid[]) AS wanted (id) JOIN person ON person_id = id"
                        + " WHERE erased",
                String.class,
                (Object) streams));
    }
}
