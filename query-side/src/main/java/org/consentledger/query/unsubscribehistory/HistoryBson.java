package org.consentledger.query.unsubscribehistory;

import java.time.LocalDate;
import java.util.Objects;
import java.util.Set;
import org.bson.Document;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.UnsubscribeCause;
import org.consentledger.kernel.person.UnsubscribeReason;
import org.consentledger.kernel.provenance.Via;
import org.consentledger.query.readmodel.Bson;
import org.consentledger.query.readmodel.DocumentShape;
import org.consentledger.query.readmodel.Recorded;
import org.consentledger.query.unsubscribehistory.UnsubscribeHistory.Direction;
import org.consentledger.query.unsubscribehistory.UnsubscribeHistory.Entry;
import org.consentledger.query.unsubscribehistory.UnsubscribeHistory.Proof;
import org.jspecify.annotations.Nullable;

/** The form of a history in MongoDB. */
final class HistoryBson implements DocumentShape<UnsubscribeHistory> {

    static final HistoryBson SHAPE = new HistoryBson();

    @Override
    public long version(UnsubscribeHistory history) {
        return history.version();
    }

    @Override
    public Set<Class<? extends PersonEvent>> ignoredEvents() {
        return UnsubscribeHistory.IGNORED_EVENTS;
    }

    @Override
    public UnsubscribeHistory evolve(@Nullable UnsubscribeHistory history, Recorded<? extends PersonEvent> recorded) {
        return Objects.requireNonNullElseGet(
                        history, () -> UnsubscribeHistory.blank(recorded.event().personId()))
                .evolve(recorded);
    }

    @Override
    public Document encode(UnsubscribeHistory history) {
        return Bson.compact(new Document("_id", history.personId().toString())
                .append("version", history.version())
                .append("unsubscribed", history.unsubscribed())
                .append(
                        "entries",
                        history.entries().stream().map(HistoryBson::encode).toList())
                .append("erased", history.erased()));
    }

    @Override
    public UnsubscribeHistory decode(Document stored) {
        return new UnsubscribeHistory(
                PersonId.of(Bson.required(stored, "_id")),
                Bson.number(stored, "version"),
                stored.getBoolean("unsubscribed", false),
                stored.getList("entries", Document.class).stream()
                        .map(HistoryBson::decodeEntry)
                        .toList(),
                stored.getBoolean("erased", false));
    }

    private static Document encode(Entry entry) {
        return new Document("date", Bson.text(entry.date()))
                .append("direction", entry.direction().name())
                .append("reason", Bson.text(entry.reason()))
                .append("comment", entry.comment())
                .append("cause", Bson.text(entry.cause()))
                .append("via", entry.via().name())
                .append("by", Bson.of(entry.by()))
                .append("evidence", encode(entry.evidence()))
                .append("position", entry.position());
    }

    private static Entry decodeEntry(Document stored) {
        return new Entry(
                Bson.instant(stored, "date"),
                Direction.valueOf(Bson.required(stored, "direction")),
                Bson.constant(UnsubscribeReason.class, stored, "reason"),
                stored.getString("comment"),
                Bson.constant(UnsubscribeCause.class, stored, "cause"),
                Via.valueOf(Bson.required(stored, "via")),
                Bson.actor(stored, "by"),
                decodeProof(stored.get("evidence", Document.class)),
                Bson.number(stored, "position"));
    }

    private static @Nullable Document encode(@Nullable Proof proof) {
        return proof == null
                ? null
                : new Document("dateOfConsent", Bson.text(proof.dateOfConsent()))
                        .append("purposeOfProcessing", proof.purposeOfProcessing())
                        .append("givenHow", proof.givenHow())
                        .append("reference", proof.reference())
                        .append("approval", proof.approval());
    }

    private static @Nullable Proof decodeProof(@Nullable Document stored) {
        return stored == null
                ? null
                : new Proof(
                        LocalDate.parse(Bson.required(stored, "dateOfConsent")),
                        stored.getString("purposeOfProcessing"),
                        stored.getString("givenHow"),
                        stored.getString("reference"),
                        stored.getString("approval"));
    }
}
