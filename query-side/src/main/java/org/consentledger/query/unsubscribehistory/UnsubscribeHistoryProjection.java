package org.consentledger.query.unsubscribehistory;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import java.util.Collection;
import java.util.Optional;
import org.bson.Document;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.query.readmodel.DocumentPerPerson;
import org.consentledger.query.readmodel.EventHeader;
import org.consentledger.query.readmodel.Ledger;
import org.consentledger.query.readmodel.LiveCollections;
import org.consentledger.query.readmodel.ReadModel;
import org.springframework.stereotype.Component;

/** The read model {@code unsubscribe_history}. */
@Component
class UnsubscribeHistoryProjection implements ReadModel {

    static final String NAME = "unsubscribe_history";

    private final Ledger ledger;
    private final LiveCollections collections;

    UnsubscribeHistoryProjection(Ledger ledger, LiveCollections collections) {
        this.ledger = ledger;
        this.collections = collections;
    }

    @Override
    public String name() {
        return NAME;
    }

    /**
     * Skips the ignored events. The gap that they leave before the next event is healed by a query to the ledger that
     * finds nothing.
     */
    @Override
    public boolean handles(Class<?> kind) {
        return PersonEvent.class.isAssignableFrom(kind)
                && !HistoryBson.SHAPE.ignoredEvents().contains(kind);
    }

    @Override
    public void createIndexes(MongoCollection<Document> collection) {
        DocumentPerPerson.createIndex(collection);
    }

    @Override
    public Fold begin(MongoCollection<Document> collection, Collection<EventHeader> ahead) {
        return DocumentPerPerson.begin(HistoryBson.SHAPE, ledger, collection, ahead);
    }

    /**
     * The history as of now: the stored one, or a blank one, with the later events of the ledger folded in. The stored
     * document does not tell how far it was read, as nothing is written for events that it doesn't show. The ledger
     * knows the version, without a delay.
     */
    Optional<UnsubscribeHistory> find(PersonId person) {
        var stored = collections
                .readable(NAME)
                .find(Filters.eq("_id", person.toString()))
                .map(HistoryBson.SHAPE::decode)
                .first();
        var version = ledger.versionOf(person);
        if (version == 0) {
            return Optional.empty();
        }
        var history = DocumentPerPerson.upTo(version, person, stored, HistoryBson.SHAPE, ledger);
        return Optional.of((history == null ? UnsubscribeHistory.blank(person) : history).asOf(version));
    }
}
