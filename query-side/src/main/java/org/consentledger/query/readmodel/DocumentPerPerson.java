package org.consentledger.query.readmodel;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.bson.Document;
import org.consentledger.foundation.store.LedgerEngine.EventRange;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonId;
import org.jspecify.annotations.Nullable;

/**
 * One batch for a model that keeps one document per person. A batch costs, at best, one query and one bulk write,
 * however many people it touches.
 *
 * <ol>
 *   <li>The constructor takes the documents from the cache, fetches the others with one query, and reads all gaps
 *       between the documents and the batch with one query to the ledger.
 *   <li>{@link #fold} folds each event in memory.
 *   <li>{@link #write} writes all changed documents with one bulk.
 * </ol>
 *
 * <p>An example: the batch holds event 4 and 5 of Ada and event 9 of Ben, where event 5 and 9 set the authorization.
 * Ada's document is fetched (unless it is cached) at version 3 (it holds the events 0 to 2). Event 3 is missing, so it
 * is read from the ledger and folded first ("healing"); then 4 and 5 are folded, and the document is written under the
 * condition that its version is still 3. Ben's only event is self-contained: it tells by itself which fields it sets.
 * His document is not fetched. The write sets these fields and version 10 under the condition that the version is 9 (a
 * "blind update", ADR 25). If the condition does not hold, the document is fetched, completed from the ledger and
 * written as a whole.
 *
 * <p>Three rules keep this correct. {@link GuardedWrites} lets no older document overwrite a newer one, so another
 * thread, another process or a rebuild may write the same documents. A gap between a document and the next event is
 * always filled from the ledger. And an event that the cached document has seen already is checked against the
 * collection, which may have been restored from a backup.
 *
 * <p>An object belongs to one thread and one batch, so it has no lock. What it shares is the {@link DocumentCache}.
 */
public final class DocumentPerPerson<D> implements ReadModel.Fold {

    /**
     * Maps one model's documents to and from MongoDB, and tells how events change them.
     *
     * <p>An implementation MUST be stateless, as all threads share it. A change in what {@link #encode} stores, or in
     * what {@link #evolve} computes, takes effect for existing documents only after a rebuild.
     */
    public interface Shape<D> {

        /** The document of what {@link #encode} stored. */
        D decode(Document stored);

        /** The document as it is stored. It MUST have the fields {@code _id} and {@code version}. */
        Document encode(D document);

        /**
         * The number of the person's events that the document contains: the version after the last event that changed
         * it. The events after that one, up to the next one that changes the document, MUST have no effect on it.
         */
        long version(D document);

        /**
         * The event types that neither change nor create a document. For these events no document is fetched and none
         * is written. The set MUST be constant. An event of another type MAY have no effect either; then
         * {@link #evolve} MAY leave the version as it is.
         */
        default Set<Class<? extends PersonEvent>> ignoredEvents() {
            return Set.of();
        }

        /**
         * The document after one more event. It MUST be a pure function, and MUST return the document unchanged for an
         * event that the document already contains.
         *
         * @param document null before the first event
         * @throws RuntimeException if the event can't be folded; it becomes a dead letter
         */
        D evolve(@Nullable D document, Recorded<? extends PersonEvent> recorded);

        /**
         * The fields to set in a stored document to turn it into another one. The stored document is assumed to be what
         * {@link #encode} would store today: a version of the program that stores something else MUST rebuild the
         * model.
         *
         * @return the fields, {@code version} among them; empty if the document has to be replaced
         */
        default Optional<Document> changes(D before, D after) {
            return Optional.empty();
        }

        /**
         * The event types that tell by themselves which fields they set, whatever the document contains. Their
         * documents needn't be fetched.
         *
         * <p>Only a shape without ignored events MAY have them: the blind update is conditional on the version that the
         * event before it gave to the document, so each event MUST raise the version.
         */
        default Set<Class<? extends PersonEvent>> selfContainedEvents() {
            return Set.of();
        }

        /**
         * The fields that a self-contained event sets. They MUST equal what {@link #changes(Object, Object)} finds
         * after {@link #evolve}, {@code version} among them.
         */
        default Document changes(Recorded<? extends PersonEvent> recorded) {
            throw new IllegalArgumentException("This shape has no self-contained events");
        }
    }

    private static final String VERSION = "version";

    private final Shape<D> shape;
    private final Ledger ledger;
    private final DocumentCache<D> cache;
    private final MongoCollection<Document> collection;
    private final boolean usesCache;
    private final Set<String> cached = new HashSet<>();
    private final Map<String, D> documents = new HashMap<>();
    private final Map<String, D> read = new HashMap<>();
    private final Set<String> changed = new LinkedHashSet<>();

    /**
     * For a stream, the number of events that its document contains or that change nothing in it. Has an entry only
     * where that is more than the version of the document.
     */
    private final Map<String, Long> known = new HashMap<>();

    /** Streams whose documents are not fetched, as the batch holds only self-contained events of them. */
    private final Set<String> blindStreams = new HashSet<>();

    private final Map<String, BlindUpdate> blindUpdates = new HashMap<>();

    /**
     * The fields that the self-contained events of one stream set.
     *
     * @param from the version that the document must have
     * @param to the version that the document has afterwards
     */
    private record BlindUpdate(long from, long to, Document fields) {

        /** Adds the fields that a later event sets, the version among them. */
        BlindUpdate and(Document later, long version) {
            fields.putAll(later);
            return new BlindUpdate(from, version, fields);
        }
    }

    public DocumentPerPerson(
            Shape<D> shape,
            Ledger ledger,
            DocumentCache<D> cache,
            MongoCollection<Document> collection,
            Collection<EventHeader> ahead) {
        this.shape = shape;
        this.ledger = ledger;
        this.cache = cache;
        this.collection = collection;
        var firsts = firsts(ahead);
        usesCache = !firsts.isEmpty();
        cache.into(documents, collection.getNamespace(), firsts.keySet());
        read.putAll(documents);
        cached.addAll(documents.keySet());
        var unknown = new LinkedHashSet<>(firsts.keySet());
        unknown.removeAll(cached);
        blindStreams.addAll(onlySelfContained(ahead, unknown));
        blindStreams.removeIf(stream -> cache.wasSuspect(collection.getNamespace(), stream));
        unknown.removeAll(blindStreams);
        firsts.keySet().removeAll(blindStreams);
        // A person whose first event is in the batch has no document yet. If there is one after all, the insert fails
        // with a duplicate key and GuardedWrites compares the versions.
        firsts.forEach((stream, first) -> {
            if (first == 0) {
                unknown.remove(stream);
            }
        });
        if (!unknown.isEmpty()) {
            fetch(unknown);
        }
        heal(firsts);
    }

    /** The streams of which the batch holds only self-contained events. */
    private Set<String> onlySelfContained(Collection<EventHeader> ahead, Set<String> streams) {
        var alone = new HashSet<>(streams);
        for (var header : ahead) {
            if (!shape.selfContainedEvents().contains(header.kind())) {
                alone.remove(header.stream());
            }
        }
        return alone;
    }

    /**
     * For each stream with at least one event that is not ignored, the sequence number of its first event in the batch.
     */
    private Map<String, Long> firsts(Collection<EventHeader> ahead) {
        var firsts = new LinkedHashMap<String, Long>();
        var touched = new HashSet<String>();
        for (var header : ahead) {
            if (PersonEvent.class.isAssignableFrom(header.kind())) {
                firsts.putIfAbsent(header.stream(), header.sequence());
                if (!shape.ignoredEvents().contains(header.kind())) {
                    touched.add(header.stream());
                }
            }
        }
        firsts.keySet().retainAll(touched);
        return firsts;
    }

    /** Folds the events between the documents and the first events of the batch. */
    private void heal(Map<String, Long> firsts) {
        var gaps = new ArrayList<EventRange>();
        firsts.forEach((stream, first) -> {
            if (first > known(stream)) {
                gaps.add(new EventRange(stream, known(stream), first));
            }
        });
        ledger.read(gaps, shape.ignoredEvents(), (gap, events) -> {
            try {
                foldGap(gap, events);
            } catch (RuntimeException e) {
                // fold() reads the gap again before the next event of this stream, and then that event fails alone.
            }
        });
    }

    private void fetch(Collection<String> ids) {
        for (var stored : collection.find(Filters.in("_id", ids))) {
            var id = Bson.required(stored, "_id");
            var document = shape.decode(stored);
            documents.put(id, document);
            read.put(id, document);
        }
    }

    /** Returns a document with the later events of the ledger folded in, up to a version of the person. */
    public static <D> @Nullable D upTo(
            long version, PersonId person, @Nullable D document, Shape<D> shape, Ledger ledger) {
        var from = document == null ? 0 : shape.version(document);
        var answer = new AtomicReference<@Nullable D>(document);
        if (version > from) {
            ledger.read(
                    List.of(new EventRange(person.toString(), from, version)),
                    shape.ignoredEvents(),
                    (beyond, events) -> answer.set(evolve(shape, document, events)));
        }
        return answer.get();
    }

    /** Creates the index on id and version that the conditional writes need. */
    public static void createIndex(MongoCollection<Document> collection) {
        GuardedWrites.createIndex(collection, VERSION);
    }

    @Override
    public void fold(Recorded<?> recorded) {
        var personEvent = recorded.as(PersonEvent.class);
        if (personEvent == null) {
            return;
        }
        var stream = personEvent.stream();
        if (blindStreams.contains(stream)) {
            foldBlindly(personEvent);
            return;
        }
        var next = known(stream);
        if (shape.ignoredEvents().contains(personEvent.event().getClass())) {
            if (personEvent.sequence() == next) {
                known.put(stream, personEvent.version());
            }
        } else if (personEvent.sequence() >= next) {
            if (personEvent.sequence() > next) {
                ledger.read(
                        List.of(new EventRange(stream, next, personEvent.sequence())),
                        shape.ignoredEvents(),
                        this::foldGap);
            }
            keep(stream, shape.evolve(documents.get(stream), personEvent), personEvent.version());
        } else if (cached.remove(stream)) {
            // The cached document contains this event already. The collection may lack it, if it was restored from a
            // backup; so the document is fetched.
            documents.remove(stream);
            read.remove(stream);
            known.remove(stream);
            fetch(Set.of(stream));
            fold(recorded);
        }
    }

    private void foldBlindly(Recorded<PersonEvent> personEvent) {
        var stream = personEvent.stream();
        var before = blindUpdates.get(stream);
        if (before == null) {
            blindUpdates.put(
                    stream, new BlindUpdate(personEvent.sequence(), personEvent.version(), shape.changes(personEvent)));
        } else if (personEvent.sequence() == before.to()) {
            blindUpdates.put(stream, before.and(shape.changes(personEvent), personEvent.version()));
        } else {
            blindUpdates.remove(stream);
            blindStreams.remove(stream);
            fetch(Set.of(stream));
            fold(personEvent);
        }
    }

    private void foldGap(EventRange gap, Iterable<Recorded<PersonEvent>> events) {
        var stream = gap.aggregateIdentifier();
        keep(stream, evolve(shape, documents.get(stream), events), gap.to());
    }

    private static <D> @Nullable D evolve(
            Shape<D> shape, @Nullable D document, Iterable<Recorded<PersonEvent>> events) {
        var next = document;
        for (var personEvent : events) {
            next = shape.evolve(next, personEvent);
        }
        return next;
    }

    private void keep(String stream, @Nullable D document, long knownNow) {
        if (document != null && shape.version(document) > version(documents.get(stream))) {
            documents.put(stream, document);
            changed.add(stream);
            cached.remove(stream);
        }
        if (knownNow > version(document)) {
            known.put(stream, knownNow);
        }
    }

    private long known(String stream) {
        return Math.max(version(documents.get(stream)), known.getOrDefault(stream, 0L));
    }

    private long version(@Nullable D document) {
        return document == null ? 0 : shape.version(document);
    }

    @Override
    public void write() {
        var writes = new GuardedWrites(collection, VERSION);
        for (var id : changed) {
            add(id, Objects.requireNonNull(documents.get(id)), writes);
        }
        var blindIds = Set.copyOf(blindUpdates.keySet());
        blindUpdates.forEach((id, update) ->
                writes.add(id, update.fields(), update.from(), () -> complete(id, update.to(), blindIds)));
        blindUpdates.clear();
        writes.write();
        for (var id : usesCache ? changed : Set.<String>of()) {
            cache.put(collection.getNamespace(), id, Objects.requireNonNull(documents.get(id)));
        }
        changed.clear();
    }

    /**
     * The whole document for a blind update that found another version: the stored document with the events of the
     * ledger up to a version. If the ledger can't be read, the batch fails. All documents of its blind updates are
     * marked as suspect, so the retry fetches them, and only the events of unreadable people become dead letters.
     */
    private Document complete(String id, long version, Set<String> blindIds) {
        try {
            fetch(Set.of(id));
            var document = upTo(version, PersonId.of(id), documents.get(id), shape, ledger);
            return shape.encode(Objects.requireNonNull(document));
        } catch (RuntimeException e) {
            cache.suspect(collection.getNamespace(), blindIds);
            throw e;
        }
    }

    private void add(String id, D document, GuardedWrites writes) {
        var before = read.get(id);
        var changes = before == null ? Optional.<Document>empty() : shape.changes(before, document);
        if (before != null && changes.isPresent()) {
            writes.add(id, changes.get(), shape.version(before), () -> shape.encode(document));
        } else {
            writes.add(shape.encode(document), before == null ? null : shape.version(before));
        }
    }
}
