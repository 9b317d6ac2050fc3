package org.consentledger.query.readmodel;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import com.mongodb.client.model.InsertOneModel;
import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.WriteModel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * Changes documents so that nothing older ever overwrites anything newer, whoever else writes at the same time.
 *
 * <p>The usual case costs one unordered bulk: a document is inserted if there was none, and replaced or updated if it
 * still is as it was read. Should one of them have changed meanwhile, all are written whole with the condition that
 * what is there is older. That condition alone would do, but the embedded server finds documents by equality only.
 */
public final class GuardedWrites {

    private static final BulkWriteOptions UNORDERED = new BulkWriteOptions().ordered(false);
    private static final ReplaceOptions UPSERT = new ReplaceOptions().upsert(true);

    private final MongoCollection<Document> collection;
    private final String guard;
    private final List<Supplier<Document>> documents = new ArrayList<>();
    private final List<WriteModel<Document>> writes = new ArrayList<>();
    private int changes;

    /**
     * Writes into a collection.
     *
     * @param guard the field, a number, that is higher in what is newer
     */
    public GuardedWrites(MongoCollection<Document> collection, String guard) {
        this.collection = collection;
        this.guard = guard;
    }

    /** Makes the index without which the embedded server would look at every document. */
    public static void createIndex(MongoCollection<Document> collection, String guard) {
        collection.createIndex(Indexes.ascending("_id", guard), new IndexOptions().unique(true));
    }

    /**
     * Adds a document.
     *
     * @param read the guard of the document as it was read; none if there was no document
     */
    public void add(Document document, @Nullable Long read) {
        documents.add(() -> document);
        if (read == null) {
            writes.add(new InsertOneModel<>(document));
        } else {
            changes++;
            writes.add(new ReplaceOneModel<>(asRead(Bson.required(document, "_id"), read), document));
        }
    }

    /**
     * Adds a document that was there and of which only some fields change.
     *
     * @param changed those fields, the guard among them
     * @param read the guard of the document as it was read
     * @param whole the document, should it have changed meanwhile
     */
    public void add(String id, Document changed, long read, Supplier<Document> whole) {
        documents.add(whole);
        changes++;
        writes.add(new UpdateOneModel<>(asRead(id, read), new Document("$set", changed)));
    }

    private Document asRead(String id, long read) {
        return new Document("_id", id).append(guard, read);
    }

    public void write() {
        if (writes.isEmpty()) {
            return;
        }
        try {
            if (collection.bulkWrite(writes, UNORDERED).getMatchedCount() == changes) {
                return;
            }
        } catch (MongoBulkWriteException e) {
            Bson.throwUnlessDuplicateKeys(e);
        }
        Bson.write(
                collection,
                documents.stream()
                        .map(Supplier::get)
                        .map(document -> new ReplaceOneModel<>(
                                Bson.behind(Bson.required(document, "_id"), guard, Bson.number(document, guard)),
                                document,
                                UPSERT))
                        .toList());
    }
}
