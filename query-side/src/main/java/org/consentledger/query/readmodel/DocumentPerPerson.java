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
import org.consentledger.foundation.store.LedgerEngine.Stretch;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonId;
import org.jspecify.annotations.Nullable;

/**
 * A batch for a model that keeps one document for each person. It fetches what the batch touches with one query, unless
 * it knows it, folds in memory, and writes with one bulk whose filters let nothing older overwrite anything newer.
 * Where facts may be missing between a document and the next fact, it asks the ledger, once for everybody.
 */
public final class DocumentPerPerson<D> implements ReadModel.Fold {

    /** What differs from model to model. */
    public interface Shape<D> {

        D decode(Document stored);

        /** The document as stored; it must have {@code _id} and {@code version}. */
        Document encode(D document);

        /**
         * So many facts are in the document. Those after it, up to the next one that it shows, change nothing in it.
         */
        long version(D document);

        /**
         * Kinds of facts that never change a document nor begin one. They are passed over: neither is it fetched for
         * them nor written. A kind that is not named here may do without effect too; then its version stays.
         */
        default Set<Class<? extends PersonEvent>> ignoredEvents() {
            return Set.of();
        }

        D evolve(@Nullable D document, Recorded<? extends PersonEvent> recorded);

        /**
         * What has to be set in a stored document to make it another. It is taken to be stored as {@link #encode} would
         * store it now: a version of the program that stores it otherwise has to rebuild the model.
         *
         * @return the fields, {@code version} among them; nothing if it has to be replaced
         */
        default Optional<Document> changes(D before, D after) {
            return Optional.empty();
        }

        /**
         * Kinds of facts that say by themselves what they change, whatever is in the document, so that it needn't be
         * fetched for them. Only a shape that passes over nothing can have them: a document must have the version that
         * the fact before them gave it.
         */
        default Set<Class<? extends PersonEvent>> selfContainedEvents() {
            return Set.of();
        }

        /** What {@link #changes(Object, Object)} would find that such a fact changes. */
        default Document changes(Recorded<? extends PersonEvent> recorded) {
            throw new IllegalArgumentException("no fact stands alone");
        }
    }

    private static final String VERSION = "version";

    private final Shape<D> shape;
    private final Ledger ledger;
    private final DocumentCache<D> recent;
    private final MongoCollection<Document> collection;
    private final boolean keepsRecent;
    private final Set<String> remembered = new HashSet<>();
    private final Map<String, D> documents = new HashMap<>();
    private final Map<String, D> read = new HashMap<>();
    private final Set<String> changed = new LinkedHashSet<>();

    /** How many facts of a stream are known to be in its document or to change nothing in it, if more than it says. */
    private final Map<String, Long> known = new HashMap<>();

    /** Streams whose documents aren't fetched, since only facts that stand alone are to come. */
    private final Set<String> unseen = new HashSet<>();

    private final Map<String, Changes> changes = new HashMap<>();

    /**
     * What facts that stand alone come to.
     *
     * @param from the version of the document that they can be set in
     * @param to the version that it has then
     */
    private record Changes(long from, long to, Document fields) {

        /** With what a later fact sets, the version among it. */
        Changes and(Document later, long version) {
            fields.putAll(later);
            return new Changes(from, version, fields);
        }
    }

    public DocumentPerPerson(
            Shape<D> shape,
            Ledger ledger,
            DocumentCache<D> recent,
            MongoCollection<Document> collection,
            Collection<EventHeader> ahead) {
        this.shape = shape;
        this.ledger = ledger;
        this.recent = recent;
        this.collection = collection;
        var firsts = firsts(ahead);
        keepsRecent = !firsts.isEmpty();
        recent.into(documents, collection.getNamespace(), firsts.keySet());
        read.putAll(documents);
        remembered.addAll(documents.keySet());
        var unknown = new LinkedHashSet<>(firsts.keySet());
        unknown.removeAll(remembered);
        unseen.addAll(standingAlone(ahead, unknown));
        unseen.removeIf(stream -> recent.wasSuspect(collection.getNamespace(), stream));
        unknown.removeAll(unseen);
        firsts.keySet().removeAll(unseen);
        // Who begins here has no document yet. Should there be one all the same, the guard of the write meets it.
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

    /** Those streams of which there is nothing to come but facts that stand alone. */
    private Set<String> standingAlone(Collection<EventHeader> ahead, Set<String> streams) {
        var alone = new HashSet<>(streams);
        for (var heading : ahead) {
            if (!shape.selfContainedEvents().contains(heading.kind())) {
                alone.remove(heading.stream());
            }
        }
        return alone;
    }

    /** Of each stream that the model has to do with here, the first fact. */
    private Map<String, Long> firsts(Collection<EventHeader> ahead) {
        var firsts = new LinkedHashMap<String, Long>();
        var touched = new HashSet<String>();
        for (var heading : ahead) {
            if (PersonEvent.class.isAssignableFrom(heading.kind())) {
                firsts.putIfAbsent(heading.stream(), heading.sequence());
                if (!shape.ignoredEvents().contains(heading.kind())) {
                    touched.add(heading.stream());
                }
            }
        }
        firsts.keySet().retainAll(touched);
        return firsts;
    }

    /** Takes in what lies between the documents and the first facts to come. */
    private void heal(Map<String, Long> firsts) {
        var gaps = new ArrayList<Stretch>();
        firsts.forEach((stream, first) -> {
            if (first > known(stream)) {
                gaps.add(new Stretch(stream, known(stream), first));
            }
        });
        ledger.read(gaps, shape.ignoredEvents(), (gap, facts) -> {
            try {
                take(gap, facts);
            } catch (RuntimeException e) {
                // The fact behind the gap will meet it again, and fail alone.
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

    /** A document with what the ledger holds beyond it, up to a version of the person. */
    public static <D> @Nullable D upTo(
            long version, PersonId person, @Nullable D document, Shape<D> shape, Ledger ledger) {
        var from = document == null ? 0 : shape.version(document);
        var answer = new AtomicReference<@Nullable D>(document);
        if (version > from) {
            ledger.read(
                    List.of(new Stretch(person.toString(), from, version)),
                    shape.ignoredEvents(),
                    (beyond, facts) -> answer.set(evolve(shape, document, facts)));
        }
        return answer.get();
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
        var stream = fact.stream();
        if (unseen.contains(stream)) {
            setUnseen(fact);
            return;
        }
        var next = known(stream);
        if (shape.ignoredEvents().contains(fact.event().getClass())) {
            if (fact.sequence() == next) {
                known.put(stream, fact.version());
            }
        } else if (fact.sequence() >= next) {
            if (fact.sequence() > next) {
                ledger.read(List.of(new Stretch(stream, next, fact.sequence())), shape.ignoredEvents(), this::take);
            }
            keep(stream, shape.evolve(documents.get(stream), fact), fact.version());
        } else if (remembered.remove(stream)) {
            // That it was seen before is to be believed of the collection only: it may be restored from a backup.
            documents.remove(stream);
            read.remove(stream);
            known.remove(stream);
            fetch(Set.of(stream));
            fold(recorded);
        }
    }

    private void setUnseen(Recorded<PersonEvent> fact) {
        var stream = fact.stream();
        var before = changes.get(stream);
        if (before == null) {
            changes.put(stream, new Changes(fact.sequence(), fact.version(), shape.changes(fact)));
        } else if (fact.sequence() == before.to()) {
            changes.put(stream, before.and(shape.changes(fact), fact.version()));
        } else {
            changes.remove(stream);
            unseen.remove(stream);
            fetch(Set.of(stream));
            fold(fact);
        }
    }

    private void take(Stretch gap, Iterable<Recorded<PersonEvent>> facts) {
        var stream = gap.aggregateIdentifier();
        keep(stream, evolve(shape, documents.get(stream), facts), gap.to());
    }

    private static <D> @Nullable D evolve(Shape<D> shape, @Nullable D document, Iterable<Recorded<PersonEvent>> facts) {
        var next = document;
        for (var fact : facts) {
            next = shape.evolve(next, fact);
        }
        return next;
    }

    private void keep(String stream, @Nullable D document, long knownNow) {
        if (document != null && shape.version(document) > version(documents.get(stream))) {
            documents.put(stream, document);
            changed.add(stream);
            remembered.remove(stream);
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
        var together = Set.copyOf(changes.keySet());
        changes.forEach((id, set) -> writes.add(id, set.fields(), set.from(), () -> whole(id, set.to(), together)));
        changes.clear();
        writes.write();
        for (var id : keepsRecent ? changed : Set.<String>of()) {
            recent.remember(collection.getNamespace(), id, Objects.requireNonNull(documents.get(id)));
        }
        changed.clear();
    }

    /**
     * A document that wasn't as it had to be, with all that the ledger holds up to a version. If that can't be read the
     * batch fails; when it comes again none of its documents is set unseen, and only facts about such people fail.
     */
    private Document whole(String id, long version, Set<String> together) {
        try {
            fetch(Set.of(id));
            var document = upTo(version, PersonId.of(id), documents.get(id), shape, ledger);
            return shape.encode(Objects.requireNonNull(document));
        } catch (RuntimeException e) {
            recent.suspect(collection.getNamespace(), together);
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
