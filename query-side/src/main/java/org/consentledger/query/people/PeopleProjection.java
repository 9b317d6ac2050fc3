package org.consentledger.query.people;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Indexes;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import org.bson.Document;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonEvent.PersonErased;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.query.readmodel.DocumentPerPerson;
import org.consentledger.query.readmodel.EventHeader;
import org.consentledger.query.readmodel.Ledger;
import org.consentledger.query.readmodel.LiveCollections;
import org.consentledger.query.readmodel.ReadModel;
import org.consentledger.query.readmodel.Recorded;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The read model {@code people}: the current state of every person, and from the ledger the state at any instant. */
@Component
class PeopleProjection implements ReadModel {

    static final String NAME = "people";

    /** The field exists only while a resubscribe request is pending. */
    static final String REQUESTED_AT = "subscription.resubscribeRequest.requestedAt";

    private final Ledger ledger;
    private final LiveCollections collections;

    PeopleProjection(Ledger ledger, LiveCollections collections) {
        this.ledger = ledger;
        this.collections = collections;
    }

    @Override
    public String name() {
        return NAME;
    }

    /**
     * Each sort order of the list has an index that ends with the id, so that a page begins where the last one ended.
     */
    @Override
    public void createIndexes(MongoCollection<Document> collection) {
        DocumentPerPerson.createIndex(collection);
        collection.createIndex(Indexes.ascending("search"));
        collection.createIndex(Indexes.ascending("comparableEmails"));
        collection.createIndex(Indexes.ascending("updatedAt", "_id"));
        collection.createIndex(Indexes.ascending("createdAt", "_id"));
        collection.createIndex(Indexes.ascending("nameKey", "_id"));
        collection.createIndex(Indexes.ascending(REQUESTED_AT, "_id"));
        collection.createIndex(Indexes.ascending("authorization.type", "authorization.dateOfConsent", "_id"));
    }

    @Override
    public Fold begin(MongoCollection<Document> collection, Collection<EventHeader> ahead) {
        return DocumentPerPerson.begin(PersonBson.SHAPE, ledger, collection, ahead);
    }

    /** The person as of now. */
    Optional<PersonDocument> find(PersonId person) {
        return Optional.ofNullable(collections
                        .readable(NAME)
                        .find(Filters.eq("_id", person.toString()))
                        .first())
                .map(PersonBson.SHAPE::decode);
    }

    /** The person as the ledger knew them at an instant; empty if they were not registered by then. */
    Optional<PersonDocument> asOf(PersonId person, Instant instant) {
        var past = new Past(instant);
        ledger.history(person, 0, past::fold);
        return Optional.ofNullable(past.answer());
    }

    /** A fold that stops at an instant, but notices an erasure after it. */
    private static final class Past {

        private final Instant instant;
        private @Nullable PersonDocument document;
        private boolean erasedSince;

        Past(Instant instant) {
            this.instant = instant;
        }

        void fold(Recorded<PersonEvent> recorded) {
            if (!recorded.recordedAt().isAfter(instant)) {
                document = PersonDocument.evolve(document, recorded);
            } else if (recorded.event() instanceof PersonErased) {
                erasedSince = true;
            }
        }

        @Nullable
        PersonDocument answer() {
            return document != null && erasedSince ? document.erasedSince() : document;
        }
    }
}
