package org.consentledger.query.readmodel;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.messaging.unitofwork.BatchingUnitOfWork;
import org.bson.Document;

/**
 * A read model whose events come in the batches of a test, through the event handler and the unit of work of
 * production, into a collection of its own.
 */
public final class LiveBatches {

    private static final String OWNER = "a test";

    public final MongoCollection<Document> collection;
    private final ReadModel model;
    private final ReadModelEventHandler handler;

    /** @param database is emptied */
    public LiveBatches(ReadModel model, MongoDatabase database) {
        this.model = model;
        database.drop();
        var collections = new LiveCollections(database, Clock.systemUTC());
        collection = collections.claim(model.name(), OWNER).orElseThrow();
        model.createIndexes(collection);
        collections.switchTo(model.name(), OWNER, collection.getNamespace().getCollectionName(), 0);
        handler = new ReadModelEventHandler(model, collections);
    }

    /** The events of a history that the model is handed at all. */
    public List<DomainEventMessage<?>> handled(List<DomainEventMessage<?>> messages) {
        return messages.stream().filter(handler::canHandle).toList();
    }

    public void take(List<DomainEventMessage<?>> batch) {
        if (!batch.isEmpty()) {
            var unit = new BatchingUnitOfWork<>(batch);
            var result = unit.executeWithResult(
                    () -> ReadModelEventHandler.writeAtEnd(unit, () -> handler.handle(unit.getMessage())));
            if (result.isExceptional()) {
                throw new AssertionError("The batch failed", result.exceptionResult());
            }
        }
    }

    /** The documents of people that a batch only sets, if nothing is missing in them. */
    public static int partialUpdates(List<DomainEventMessage<?>> batch, DocumentShape<?> shape) {
        return BatchPlan.of(batch.stream().map(EventHeader::of).toList(), shape)
                .partialUpdates()
                .size();
    }

    public Map<String, Document> dump() {
        var documents = new TreeMap<String, Document>();
        for (var document : collection.find()) {
            documents.put(document.getString("_id"), document);
        }
        return documents;
    }

    /** Writes whole histories as the first pass of a rebuild does. */
    public void rebuild(List<DomainEventMessage<?>> messages) {
        var fold = model.begin(collection, List.of());
        messages.forEach(message -> fold.fold(Ledger.recorded(message)));
        fold.write();
    }
}
