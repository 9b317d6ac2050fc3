package org.consentledger.query.readmodel;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Projections;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.bson.Document;
import org.consentledger.foundation.store.LedgerEngine.EventRange;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.query.readmodel.DocumentInBatch.PartialUpdate;
import org.consentledger.query.readmodel.DocumentInBatch.WholeDocument;
import org.jspecify.annotations.Nullable;

/**
 * One batch for a model that keeps one document per person. However many people it touches, a batch costs a query for
 * the documents, one for the versions of those that are only updated in some fields, and one bulk write.
 *
 * <ol>
 *   <li>Plan: {@link BatchPlan} tells from the headers of the events which documents are needed.
 *   <li>Fetch: {@link #begin} reads these documents, and with one query to the ledger all events between the documents
 *       and the batch.
 *   <li>Fold: {@link #fold} adds each event to the person's {@link DocumentInBatch}, in memory.
 *   <li>Write: {@link #write} writes all changed documents with one bulk.
 * </ol>
 *
 * <p>An example: the batch holds event 4 and 5 of Ada and event 9 of Ben, where event 5 and 9 set the authorization.
 * Ada's document is fetched at version 3 (it holds the events 0 to 2). Event 3 is missing, so it is read from the
 * ledger and folded first ("healing"); then 4 and 5 are folded, and the document is written under the condition that
 * its version is still 3. Ben's only event is self-contained: it tells by itself which fields it sets. Of his document
 * only the version is read. It is 9, so nothing is missing, and these fields are set under the condition that the
 * version is still 9 (ADR 25). With any other version, his document would have been fetched like Ada's.
 *
 * <p>Two rules keep this correct. {@link GuardedWrites} lets no older document overwrite a newer one, so another
 * thread, another process or a rebuild may write the same documents. And a gap between a document and the next event is
 * always filled from the ledger.
 *
 * <p>An object belongs to one thread and one batch, so it has no lock.
 */
public final class DocumentPerPerson<D> implements ReadModel.Fold {

    private static final String VERSION = "version";

    private final DocumentShape<D> shape;
    private final Ledger ledger;
    private final MongoCollection<Document> collection;
    private final Map<String, DocumentInBatch<D>> documents = new LinkedHashMap<>();

    private DocumentPerPerson(DocumentShape<D> shape, Ledger ledger, MongoCollection<Document> collection) {
        this.shape = shape;
        this.ledger = ledger;
        this.collection = collection;
    }

    /** Plans a batch and reads what it needs; the contract is that of {@link ReadModel#begin}. */
    public static <D> DocumentPerPerson<D> begin(
            DocumentShape<D> shape,
            Ledger ledger,
            MongoCollection<Document> collection,
            Collection<EventHeader> ahead) {
        var batch = new DocumentPerPerson<>(shape, ledger, collection);
        batch.fetch(BatchPlan.of(ahead, shape));
        return batch;
    }

    /** Creates the index on id and version that the conditional writes need. */
    public static void createIndex(MongoCollection<Document> collection) {
        GuardedWrites.createIndex(collection);
    }

    /** Returns a document with the later events of the ledger folded in, up to a version of the person. */
    public static <D> @Nullable D upTo(
            long version, PersonId person, @Nullable D document, DocumentShape<D> shape, Ledger ledger) {
        var before = WholeDocument.of(document, shape);
        var answer = new AtomicReference<>(before);
        if (before.next() < version) {
            ledger.read(
                    List.of(new EventRange(person.toString(), before.next(), version)),
                    shape.ignoredEvents(),
                    (gap, events) -> answer.set(before.after(events, gap.to(), shape)));
        }
        return answer.get().folded();
    }

    private void fetch(BatchPlan unchecked) {
        var versions = new HashMap<String, Long>();
        for (var stored : find(unchecked.partialUpdates(), Projections.include(VERSION))) {
            versions.put(Bson.required(stored, "_id"), Bson.number(stored, VERSION));
        }
        var plan = unchecked.checkedAgainst(versions);
        for (var stream : plan.partialUpdates()) {
            documents.put(stream, PartialUpdate.of(Objects.requireNonNull(versions.get(stream))));
        }
        for (var stored : find(plan.toFetch(), null)) {
            documents.put(Bson.required(stored, "_id"), WholeDocument.of(shape.decode(stored), shape));
        }
        ledger.read(plan.gaps(stream -> document(stream).next()), shape.ignoredEvents(), (gap, events) -> {
            try {
                fold(gap, events);
            } catch (RuntimeException e) {
                // fold() reads the gap again before the next event of this stream, and then that event fails alone.
            }
        });
    }

    private Iterable<Document> find(Collection<String> ids, org.bson.conversions.@Nullable Bson projection) {
        return ids.isEmpty()
                ? List.of()
                : collection.find(Filters.in("_id", ids)).projection(projection);
    }

    @Override
    public void fold(Recorded<?> recorded) {
        var event = recorded.as(PersonEvent.class);
        if (event == null) {
            return;
        }
        var next = document(event.stream()).next();
        if (event.sequence() > next
                && !shape.ignoredEvents().contains(event.event().getClass())) {
            ledger.read(
                    List.of(new EventRange(event.stream(), next, event.sequence())), shape.ignoredEvents(), this::fold);
            next = event.sequence();
        }
        if (event.sequence() == next) {
            fold(new EventRange(event.stream(), event.sequence(), event.version()), List.of(event));
        }
    }

    private void fold(EventRange range, Iterable<Recorded<PersonEvent>> events) {
        var stream = range.aggregateIdentifier();
        documents.put(stream, document(stream).after(events, range.to(), shape));
    }

    private DocumentInBatch<D> document(String stream) {
        return documents.getOrDefault(stream, WholeDocument.of(null, shape));
    }

    @Override
    public void write() {
        var writes = new GuardedWrites(collection);
        documents.forEach((id, document) -> {
            switch (document) {
                case WholeDocument<D> whole -> add(id, whole, writes);
                case PartialUpdate<D> update -> {
                    if (update.version() < update.next()) {
                        writes.add(id, update.fields(), update.version(), () -> complete(id, update.next()));
                    }
                }
            }
        });
        writes.write();
    }

    private void add(String id, WholeDocument<D> whole, GuardedWrites writes) {
        var before = whole.stored();
        var after = whole.folded();
        if (after != null && before == null) {
            writes.add(shape.encode(after), null);
        } else if (after != null && before != null && shape.version(before) < shape.version(after)) {
            shape.changes(before, after)
                    .ifPresentOrElse(
                            changes -> writes.add(id, changes, shape.version(before), () -> shape.encode(after)),
                            () -> writes.add(shape.encode(after), shape.version(before)));
        }
    }

    /** The whole document, where another writer was faster than the update of some fields. */
    private Document complete(String id, long version) {
        var stored = collection.find(Filters.eq("_id", id)).first();
        var document = stored == null ? null : shape.decode(stored);
        return shape.encode(Objects.requireNonNull(upTo(version, PersonId.of(id), document, shape, ledger)));
    }
}
