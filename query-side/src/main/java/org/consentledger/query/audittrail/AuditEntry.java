package org.consentledger.query.audittrail;

import static java.time.temporal.ChronoUnit.MICROS;

import java.time.Instant;
import java.util.List;
import org.bson.Document;
import org.consentledger.kernel.person.AddressEvent.AddressSuppressed;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.provenance.Actor;
import org.consentledger.kernel.provenance.Via;
import org.consentledger.query.readmodel.Bson;
import org.consentledger.query.readmodel.Recorded;
import org.jspecify.annotations.Nullable;

/**
 * One event in the form that auditors read.
 *
 * @param subject the person's id, or the keyed hash of the address
 * @param aboutPerson whether the subject is a person
 */
record AuditEntry(
        String eventId,
        long position,
        String subject,
        boolean aboutPerson,
        long version,
        String type,
        Instant at,
        Instant recordedAt,
        Actor actor,
        Via via,
        String correlationId,
        @Nullable String jobId,
        List<Change> changes) {

    /** The entry of an event; null for an event type that the trail doesn't know. */
    static @Nullable AuditEntry of(Recorded<?> recorded) {
        return switch (recorded.event()) {
            case PersonEvent event -> of(recorded, recorded.stream(), true, event.at(), Change.of(event));
            case AddressSuppressed event -> of(recorded, event.address().value(), false, event.at(), Change.of(event));
            default -> null;
        };
    }

    private static AuditEntry of(
            Recorded<?> recorded, String subject, boolean aboutPerson, Instant at, List<Change> changes) {
        return new AuditEntry(
                recorded.eventId(),
                recorded.position(),
                subject,
                aboutPerson,
                recorded.version(),
                recorded.event().getClass().getSimpleName(),
                at.truncatedTo(MICROS),
                recorded.recordedAt(),
                recorded.provenance().actor(),
                recorded.provenance().via(),
                recorded.provenance().correlationId(),
                recorded.provenance().jobId(),
                changes);
    }

    AuditEntry erased() {
        return new AuditEntry(
                eventId,
                position,
                subject,
                aboutPerson,
                version,
                type,
                at,
                recordedAt,
                actor,
                via,
                correlationId,
                jobId,
                changes.stream().map(Change::erased).toList());
    }

    /** Whether an erasure would change this entry. */
    private boolean isClear() {
        return !erased().changes.equals(changes);
    }

    Document toBson() {
        return Bson.compact(new Document("_id", eventId)
                .append("position", position)
                .append("subject", subject)
                .append("aboutPerson", aboutPerson)
                .append("version", version)
                .append("type", type)
                .append("at", Bson.text(at))
                .append("recordedAt", Bson.text(recordedAt))
                .append(
                        "actor",
                        new Document("id", actor.id())
                                .append("name", actor.name())
                                .append("roles", actor.roles()))
                .append("via", via.name())
                .append("correlationId", correlationId)
                .append("jobId", jobId)
                .append(
                        "changes",
                        changes.stream()
                                .map(change -> new Document("field", change.field())
                                        .append("from", change.from())
                                        .append("to", change.to())
                                        .append("personal", change.personal() ? true : null))
                                .toList())
                .append("clear", isClear() ? true : null));
    }

    static AuditEntry ofBson(Document stored) {
        var actor = stored.get("actor", Document.class);
        return new AuditEntry(
                Bson.required(stored, "_id"),
                Bson.number(stored, "position"),
                Bson.required(stored, "subject"),
                stored.getBoolean("aboutPerson", true),
                Bson.number(stored, "version"),
                Bson.required(stored, "type"),
                Bson.instant(stored, "at"),
                Bson.instant(stored, "recordedAt"),
                new Actor(Bson.required(actor, "id"), Bson.required(actor, "name"), Bson.texts(actor, "roles")),
                Via.valueOf(Bson.required(stored, "via")),
                Bson.required(stored, "correlationId"),
                stored.getString("jobId"),
                stored.getList("changes", Document.class).stream()
                        .map(change -> new Change(
                                Bson.required(change, "field"),
                                change.get("from"),
                                change.get("to"),
                                change.getBoolean("personal", false)))
                        .toList());
    }
}
