package org.consentledger.query.readmodel;

import com.mongodb.client.MongoCollection;
import java.util.Collection;
import org.bson.Document;

/**
 * One way to look at the ledger, kept in one MongoDB collection. The tail and the rebuild both fill it with the same
 * {@link Fold}, so that they can't disagree.
 */
public interface ReadModel {

    /** The model's name: of its collections, its processing group, its dead letters and its metrics. */
    String name();

    /**
     * Whether facts of a kind can change anything here. The tail is spared the others; a rebuild, which reads for
     * several models at once, hands over all.
     */
    default boolean handles(Class<?> kind) {
        return true;
    }

    /** Makes the indexes of a new, empty collection. */
    void createIndexes(MongoCollection<Document> collection);

    /**
     * Begins a batch.
     *
     * @param collection where to read and write
     * @param ahead the facts to come, in the order of the ledger, if something of the same streams may be in the
     *     collection already; so all that is needed can be fetched with one query
     */
    Fold begin(MongoCollection<Document> collection, Collection<EventHeader> ahead);

    /** Called once a rebuild is through, for what a look at the whole has to set right. */
    default void settle(MongoCollection<Document> collection) {}

    /** A batch of facts on its way into a collection. Facts that the collection has seen before change nothing. */
    interface Fold {

        /** Takes in one fact. If that fails, nothing of this fact is kept, and the batch can go on. */
        void fold(Recorded<?> recorded);

        /** Writes what came of all facts. */
        void write();
    }
}
