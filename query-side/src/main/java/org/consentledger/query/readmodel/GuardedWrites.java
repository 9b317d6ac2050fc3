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
 * A bulk write with optimistic locking: an older document never overwrites a newer one, even when other threads or
 * processes write the same documents.
 *
 * <p>The guard is the document's version, which grows with each event that changes it. The usual case is one unordered
 * bulk:
 *
 * <ul>
 *   <li>a document that did not exist is inserted,
 *   <li>a document that existed is replaced or updated, with the filter {@code {_id, version: <as it was read>}}.
 * </ul>
 *
 * <p>If a filter matches nothing or an insert meets a duplicate key, another writer was faster. Then a second bulk
 * replaces all documents of the batch as a whole, with the filter {@code {_id, version: {$lt: <new version>}}} and
 * upsert. For example, two writers read Ada at version 5. Writer A has folded up to 7 and writes first; writer B has
 * folded up to 6, its filter {@code version: 5} matches nothing, and its second attempt {@code version: {$lt: 6}} finds
 * 7 and becomes an insert that fails with a duplicate key. That failure is ignored: what B has, A has too.
 *
 * <p>The second form alone would be correct. It is the slow path because the embedded server uses an index for equality
 * only, and would scan the collection for {@code $lt}.
 *
 * <p>No lock is held: MongoDB applies each single write atomically, and the guard does the rest. An object belongs to
 * one thread.
 */
final class GuardedWrites {

    private static final BulkWriteOptions UNORDERED = new BulkWriteOptions().ordered(false);
    private static final ReplaceOptions UPSERT = new ReplaceOptions().upsert(true);

    private static final String VERSION = "version";

    private final MongoCollection<Document> collection;
    private final List<Supplier<Document>> documents = new ArrayList<>();
    private final List<WriteModel<Document>> writes = new ArrayList<>();
    private int changes;

    GuardedWrites(MongoCollection<Document> collection) {
        this.collection = collection;
    }

    /** Creates the index on id and version. Without it the embedded server would scan all documents. */
    static void createIndex(MongoCollection<Document> collection) {
        collection.createIndex(Indexes.ascending("_id", VERSION), new IndexOptions().unique(true));
    }

    /**
     * Adds a document to be inserted or replaced.
     *
     * @param read the version of the document as it was read; null if there was no document
     */
    void add(Document document, @Nullable Long read) {
        documents.add(() -> document);
        if (read == null) {
            writes.add(new InsertOneModel<>(document));
        } else {
            changes++;
            writes.add(new ReplaceOneModel<>(asRead(Bson.required(document, "_id"), read), document));
        }
    }

    /**
     * Adds an update of some fields of a document that exists.
     *
     * @param changed these fields, the version among them
     * @param read the version of the document as it was read
     * @param whole computes the whole document; called only if another writer was faster
     */
    void add(String id, Document changed, long read, Supplier<Document> whole) {
        documents.add(whole);
        changes++;
        writes.add(new UpdateOneModel<>(asRead(id, read), new Document("$set", changed)));
    }

    private Document asRead(String id, long read) {
        return new Document("_id", id).append(VERSION, read);
    }

    void write() {
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
                                new Document("_id", document.get("_id"))
                                        .append(VERSION, new Document("$lt", document.get(VERSION))),
                                document,
                                UPSERT))
                        .toList());
    }
}
