package org.consentledger.query.audittrail;

import static java.time.temporal.ChronoUnit.MICROS;

import java.time.Instant;
import java.util.List;
import org.consentledger.kernel.person.AddressEvent.AddressSuppressed;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.provenance.Actor;
import org.consentledger.kernel.provenance.Via;
import org.consentledger.query.readmodel.Recorded;
import org.jspecify.annotations.Nullable;

/**
 * One event in the form that auditors read.
 *
 * @param personId the person of the event; null for an address without a person
 * @param address the keyed hash of that address
 */
record AuditEntry(
        long position,
        String eventId,
        @Nullable String personId,
        @Nullable String address,
        long version,
        String type,
        Instant at,
        Instant recordedAt,
        Actor actor,
        Via via,
        String correlationId,
        @Nullable String jobId,
        List<ChangeView> changes) {

    /** A change as auditors read it; see {@link Change}. */
    record ChangeView(
            String field, @Nullable Object from, @Nullable Object to) {

        static ChangeView of(Change change) {
            return new ChangeView(change.field(), change.from(), change.to());
        }
    }

    /** The entry of an event; null for an event type that the trail doesn't know. */
    static @Nullable AuditEntry of(Recorded<?> recorded, boolean erased) {
        return switch (recorded.event()) {
            case PersonEvent event -> {
                var changes = Change.of(event).stream();
                yield of(
                        recorded,
                        recorded.stream(),
                        null,
                        event.getClass(),
                        event.at(),
                        (erased ? changes.map(Change::erased) : changes).toList());
            }
            case AddressSuppressed event ->
                of(recorded, null, event.address().value(), event.getClass(), event.at(), Change.of(event));
            default -> null;
        };
    }

    /** The entry of an event whose stored form can't be read, as after a change in the database. */
    static AuditEntry unreadable(Recorded<Class<?>> recorded) {
        var aboutPerson = PersonEvent.class.isAssignableFrom(recorded.event());
        return of(
                recorded,
                aboutPerson ? recorded.stream() : null,
                aboutPerson ? null : recorded.stream(),
                recorded.event(),
                recorded.recordedAt(),
                List.of(new Change("event", null, "[unreadable]", false)));
    }

    private static AuditEntry of(
            Recorded<?> recorded,
            @Nullable String personId,
            @Nullable String address,
            Class<?> type,
            Instant at,
            List<Change> changes) {
        return new AuditEntry(
                recorded.position(),
                recorded.eventId(),
                personId,
                address,
                recorded.version(),
                type.getSimpleName(),
                at.truncatedTo(MICROS),
                recorded.recordedAt(),
                recorded.provenance().actor(),
                recorded.provenance().via(),
                recorded.provenance().correlationId(),
                recorded.provenance().jobId(),
                changes.stream().map(ChangeView::of).toList());
    }
}
