package org.consentledger.query.contactability;

import static java.time.temporal.ChronoUnit.MICROS;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.bson.Document;
import org.consentledger.kernel.person.AddressEvent.AddressSuppressed;
import org.consentledger.kernel.person.AddressHash;
import org.consentledger.kernel.person.PersonEvent.ResubscribeApproved;
import org.consentledger.kernel.person.PersonEvent.Unsubscribed;
import org.consentledger.kernel.person.UnsubscribeReason;
import org.consentledger.query.readmodel.Bson;
import org.consentledger.query.readmodel.Recorded;
import org.jspecify.annotations.Nullable;

/**
 * Whether an address must not be mailed, by the last event that concerns it. Several people may have had the address,
 * so the events come from several streams and in any order; the position tells which event is the last.
 *
 * @param personId the person of that event; null if no person had the address
 * @param version the version of that person after that event
 */
record Suppression(
        AddressHash address,
        boolean suppressed,
        Instant since,
        @Nullable UnsubscribeReason reason,
        @Nullable String personId,
        @Nullable Long version,
        long position) {

    /** The event types that concern addresses. */
    static final Set<Class<?>> KINDS = Set.of(Unsubscribed.class, ResubscribeApproved.class, AddressSuppressed.class);

    /** The suppressions that an event sets or lifts. */
    static List<Suppression> of(Recorded<?> recorded) {
        return switch (recorded.event()) {
            case Unsubscribed event ->
                event.addresses().stream()
                        .map(address -> ofPerson(address, true, event.at(), event.reason(), recorded))
                        .toList();
            case ResubscribeApproved event ->
                event.addresses().stream()
                        .map(address -> ofPerson(address, false, event.at(), null, recorded))
                        .toList();
            case AddressSuppressed event ->
                List.of(new Suppression(
                        event.address(),
                        true,
                        event.at().truncatedTo(MICROS),
                        event.reason(),
                        null,
                        null,
                        recorded.position()));
            default -> List.of();
        };
    }

    private static Suppression ofPerson(
            AddressHash address,
            boolean suppressed,
            Instant at,
            @Nullable UnsubscribeReason reason,
            Recorded<?> recorded) {
        return new Suppression(
                address,
                suppressed,
                at.truncatedTo(MICROS),
                reason,
                recorded.stream(),
                recorded.version(),
                recorded.position());
    }

    Document toBson() {
        return Bson.compact(new Document("_id", address.value())
                .append("suppressed", suppressed)
                .append("since", Bson.text(since))
                .append("reason", Bson.text(reason))
                .append("personId", personId)
                .append("version", version)
                .append("position", position));
    }

    static Suppression ofBson(Document stored) {
        return new Suppression(
                new AddressHash(Bson.required(stored, "_id")),
                stored.getBoolean("suppressed", true),
                Bson.instant(stored, "since"),
                Bson.constant(UnsubscribeReason.class, stored, "reason"),
                stored.getString("personId"),
                stored.get("version") == null ? null : Bson.number(stored, "version"),
                Bson.number(stored, "position"));
    }
}
