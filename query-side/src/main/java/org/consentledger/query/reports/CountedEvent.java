package org.consentledger.query.reports;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Set;
import org.bson.Document;
import org.consentledger.kernel.person.AddressEvent.AddressSuppressed;
import org.consentledger.kernel.person.PersonEvent.PersonErased;
import org.consentledger.kernel.person.PersonEvent.ResubscribeApproved;
import org.consentledger.kernel.person.PersonEvent.Unsubscribed;
import org.consentledger.kernel.person.UnsubscribeReason;
import org.consentledger.query.readmodel.Bson;
import org.consentledger.query.readmodel.Recorded;
import org.jspecify.annotations.Nullable;

/**
 * An event that the daily reports count. It is stored under its id, as a counter would count a redelivered event twice.
 *
 * @param day the day of the event in the ledger's time zone
 * @param detail the reason of an opt-out
 */
record CountedEvent(
        String eventId, LocalDate day, Kind kind, @Nullable String detail, String via) {

    /** The counted kinds. */
    enum Kind {
        OPT_OUT,
        OPT_IN,
        ERASURE
    }

    /** The event types that may count. */
    static final Set<Class<?>> KINDS =
            Set.of(Unsubscribed.class, AddressSuppressed.class, ResubscribeApproved.class, PersonErased.class);

    /**
     * The counted form of an event, or null if it doesn't count. An opt-out counts when it was stated, not when an
     * earlier one was extended to another person or another address.
     */
    static @Nullable CountedEvent of(Recorded<?> recorded, ZoneId zone) {
        return switch (recorded.event()) {
            case Unsubscribed event ->
                event.cause().isSaid() ? of(recorded, event.at(), zone, Kind.OPT_OUT, reason(event.reason())) : null;
            case AddressSuppressed event -> of(recorded, event.at(), zone, Kind.OPT_OUT, reason(event.reason()));
            case ResubscribeApproved event -> of(recorded, event.at(), zone, Kind.OPT_IN, null);
            case PersonErased event -> of(recorded, event.at(), zone, Kind.ERASURE, null);
            default -> null;
        };
    }

    private static CountedEvent of(Recorded<?> recorded, Instant at, ZoneId zone, Kind kind, @Nullable String detail) {
        return new CountedEvent(
                recorded.eventId(),
                LocalDate.ofInstant(at, zone),
                kind,
                detail,
                recorded.provenance().via().name());
    }

    private static @Nullable String reason(@Nullable UnsubscribeReason reason) {
        return reason == null ? null : reason.name();
    }

    Document toBson() {
        return Bson.compact(new Document("_id", eventId)
                .append("day", Bson.text(day))
                .append("kind", kind.name())
                .append("detail", detail)
                .append("via", via));
    }
}
