package org.consentledger.query.readmodel;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.bson.Document;
import org.consentledger.kernel.person.PersonEvent;
import org.jspecify.annotations.Nullable;

/**
 * A batch for a model that keeps one document for each person. It fetches what the batch touches with one query, unless
 * it knows it, folds in memory, and writes with one bulk whose filters let nothing older overwrite anything newer.
 * Where facts are missing between a document and the next fact, it fetches them from the ledger.
 */
public final class DocumentPerPerson<D> implements ReadModel.Fold {

    /** What differs from model to model. */
    public interface Shape<D> {

        D decode(Document stored);

        /** The document as stored; it must have {@code _id} and {@code version}. */
        Document encode(D document);

        long version(D document);

        D evolve(@Nullable D document, Recorded<? extends PersonEvent> recorded);
    }

    private static final String VERSION = "version";

    private final Shape<D> shape;
    private final Ledger ledger;
    private final RecentDocuments<D> recent;
    private final MongoCollection<Document> collection;
    private final boolean keepsRecent;
    private final Set<String> remembered = new HashSet<>();
    private final Map<String, D> documents = new HashMap<>();
    private final Map<String, Long> read = new HashMap<>();
    private final Set<String> changed = new LinkedHashSet<>();

    public DocumentPerPerson(
            Shape<D> shape,
            Ledger ledger,
            RecentDocuments<D> recent,
            MongoCollection<Document> collection,
            Collection<String> streams) {
        this.shape = shape;
        this.ledger = ledger;
        this.recent = recent;
        this.collection = collection;
        keepsRecent = !streams.isEmpty();
        recent.into(documents, collection.getNamespace(), streams);
        documents.forEach((id, document) -> read.put(id, shape.version(document)));
        remembered.addAll(documents.keySet());
        var unknown = new LinkedHashSet<>(streams);
        unknown.removeAll(remembered);
        if (!unknown.isEmpty()) {
            fetch(unknown);
        }
    }

    private void fetch(Collection<String> ids) {
        for (var stored : collection.find(Filters.in("_id", ids))) {
            documents.put(Bson.required(stored, "_id"), shape.decode(stored));
            read.put(Bson.required(stored, "_id"), Bson.number(stored, VERSION));
        }
    }

    /** Makes the index that the guard of the writes needs. */
    public static void createIndex(MongoCollection<Document> collection) {
        GuardedWrites.createIndex(collection, VERSION);
    }

    @Override
    public void fold(Recorded<?> recorded) {
        var fact = recorded.as(PersonEvent.class);
        if (fact == null) {
            return;
        }
        var before = documents.get(fact.stream());
        var version = before == null ? 0 : shape.version(before);
        if (fact.sequence() < version) {
            if (remembered.remove(fact.stream())) {
                // That it was seen before is to be believed of the collection only: it may be restored from a backup.
                documents.remove(fact.stream());
                read.remove(fact.stream());
                fetch(Set.of(fact.stream()));
                fold(recorded);
            }
            return;
        }
        documents.put(
                fact.stream(), fact.sequence() == version ? shape.evolve(before, fact) : healed(before, version, fact));
        changed.add(fact.stream());
        remembered.remove(fact.stream());
    }

    private D healed(@Nullable D before, long version, Recorded<PersonEvent> fact) {
        var healing = new Healing<>(shape, before);
        ledger.history(fact.event().personId(), version, healing::take);
        if (healing.document == null || shape.version(healing.document) <= fact.sequence()) {
            throw new IllegalStateException("The ledger lacks facts before " + fact.eventId());
        }
        return healing.document;
    }

    @Override
    public void write() {
        var writes = new GuardedWrites(collection, VERSION);
        for (var id : changed) {
            var document = documents.get(id);
            if (document != null) {
                writes.add(shape.encode(document), read.get(id));
            }
        }
        writes.write();
        for (var id : keepsRecent ? changed : Set.<String>of()) {
            recent.remember(collection.getNamespace(), id, Objects.requireNonNull(documents.get(id)));
        }
        changed.clear();
    }

    private static final class Healing<D> {

        private final Shape<D> shape;
        private @Nullable D document;

        Healing(Shape<D> shape, @Nullable D document) {
            this.shape = shape;
            this.document = document;
        }

        void take(Recorded<PersonEvent> fact) {
            document = shape.evolve(document, fact);
        }
    }
}
