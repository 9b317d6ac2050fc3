package org.consentledger.query.readmodel;

import com.mongodb.client.MongoCollection;
import java.util.Collection;
import org.bson.Document;

/**
 * A projection of the ledger into one MongoDB collection. The live event handler and the rebuild fill the collection
 * through the same {@link Fold}, so both store the same documents.
 *
 * <p>An implementation MUST be safe for use by several threads: the threads of the processor's segments and the rebuild
 * call {@link #begin} at the same time. Each {@link Fold} belongs to one thread at a time.
 */
public interface ReadModel {

    /**
     * The name of the model. It MUST be constant and unique. Collections, the processing group, the dead-letter queue
     * and the metrics carry it.
     */
    String name();

    /**
     * Tells whether events of a type can change this model. The live event handler receives only these events. A
     * rebuild reads the ledger once for several models and passes every event, so a {@link Fold} MUST ignore events of
     * other types.
     */
    default boolean handles(Class<?> kind) {
        return true;
    }

    /** Creates the indexes of a new, empty collection. Called once per rebuild, before the first batch. */
    void createIndexes(MongoCollection<Document> collection);

    /**
     * Begins a batch. The implementation SHOULD fetch all documents that the batch needs with one query.
     *
     * @param collection the collection to read and write
     * @param ahead the headers of the batch's events, in the order of the ledger; empty when the collection can't hold
     *     anything of these streams yet, as in the first pass of a rebuild
     * @throws com.mongodb.MongoException if MongoDB can't be reached; the batch is then tried again
     */
    Fold begin(MongoCollection<Document> collection, Collection<EventHeader> ahead);

    /**
     * One batch of events on its way into a collection. The fold MUST be idempotent: an event that the collection has
     * seen before changes nothing, as Axon delivers at least once. An older event MUST NOT overwrite the result of a
     * newer one.
     *
     * <p>The rebuild MAY call {@link #write} on another thread than {@link #fold}, and MAY write two folds at the same
     * time. A fold itself is never used by two threads at once.
     */
    interface Fold {

        /**
         * Folds one event in memory. If it throws, the fold MUST hold nothing of this event and MUST accept further
         * events of other streams; the event becomes a dead letter.
         */
        void fold(Recorded<?> recorded);

        /**
         * Writes the result of all folded events. Called once, after the last event. If it throws, the whole batch is
         * tried again.
         */
        void write();
    }
}
