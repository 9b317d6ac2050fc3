package org.consentledger.query.unsubscribehistory;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import java.util.Collection;
import java.util.Optional;
import org.bson.Document;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.query.readmodel.DocumentPerPerson;
import org.consentledger.query.readmodel.Ledger;
import org.consentledger.query.readmodel.LiveCollections;
import org.consentledger.query.readmodel.ReadModel;
import org.consentledger.query.readmodel.RecentDocuments;
import org.springframework.stereotype.Component;

/** The read model {@code unsubscribe_history}. */
@Component
class UnsubscribeHistories implements ReadModel {

    static final String NAME = "unsubscribe_history";

    private final RecentDocuments<UnsubscribeHistory> recent = new RecentDocuments<>();
    private final Ledger ledger;
    private final LiveCollections collections;

    UnsubscribeHistories(Ledger ledger, LiveCollections collections) {
        this.ledger = ledger;
        this.collections = collections;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void createIndexes(MongoCollection<Document> collection) {
        DocumentPerPerson.createIndex(collection);
    }

    @Override
    public Fold begin(MongoCollection<Document> collection, Collection<String> streams) {
        return new DocumentPerPerson<>(HistoryBson.SHAPE, ledger, recent, collection, streams);
    }

    Optional<UnsubscribeHistory> find(PersonId person) {
        return Optional.ofNullable(collections
                        .readable(NAME)
                        .find(Filters.eq("_id", person.toString()))
                        .first())
                .map(HistoryBson.SHAPE::decode);
    }
}
