package org.consentledger.query.audittrail;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Indexes;
import com.mongodb.client.model.InsertOneModel;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.Sorts;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bson.Document;
import org.consentledger.kernel.person.PersonEvent.PersonErased;
import org.consentledger.query.readmodel.Bson;
import org.consentledger.query.readmodel.EventHeader;
import org.consentledger.query.readmodel.LiveCollections;
import org.consentledger.query.readmodel.LiveCollections.StableCollection;
import org.consentledger.query.readmodel.ReadModel;
import org.consentledger.query.readmodel.Recorded;
import org.springframework.stereotype.Component;

/**
 * The read model {@code audit_trail}: inserted once, and touched again only when the person is erased, so that it says
 * then what a rebuild would say.
 */
@Component
class AuditTrailProjection implements ReadModel {

    static final String NAME = "audit_trail";
    private static final int SWEEP = 500;

    private final LiveCollections collections;

    AuditTrailProjection(LiveCollections collections) {
        this.collections = collections;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void createIndexes(MongoCollection<Document> collection) {
        collection.createIndex(Indexes.ascending("position"));
        collection.createIndex(Indexes.ascending("subject", "position"));
        collection.createIndex(Indexes.ascending("actor.id", "position"));
        collection.createIndex(Indexes.ascending("type", "position"));
        collection.createIndex(Indexes.ascending("recordedAt"));
    }

    @Override
    public Fold begin(MongoCollection<Document> collection, Collection<EventHeader> ahead) {
        return new Insertion(collection);
    }

    /**
     * Erases once more what belongs to erased people: an entry that the rebuild read before an erasure may have come
     * into the collection after the tail had swept it.
     */
    @Override
    public void settle(MongoCollection<Document> collection) {
        var people = new LinkedHashSet<String>();
        for (var erasure : collection
                .find(Filters.eq("type", PersonErased.class.getSimpleName()))
                .projection(Projections.include("subject"))) {
            people.add(erasure.getString("subject"));
            if (people.size() == SWEEP) {
                erase(collection, people);
                people.clear();
            }
        }
        erase(collection, people);
    }

    /** A page of a person's entries in the order of the ledger; all of them come by the same segment. */
    List<AuditEntry> ofPerson(String person, long afterPosition, int limit) {
        return page(collections.readable(NAME), Filters.eq("subject", person), afterPosition, limit);
    }

    /** A page of anybody's entries in the order of the ledger, none of which will be followed by an earlier one. */
    static List<AuditEntry> ofLedger(StableCollection trail, org.bson.conversions.Bson filter, long afterPosition, int limit) {
        return page(
                trail.collection(), Filters.and(Filters.lte("position", trail.upTo()), filter), afterPosition, limit);
    }

    private static List<AuditEntry> page(
            MongoCollection<Document> trail, org.bson.conversions.Bson filter, long afterPosition, int limit) {
        return trail.find(Filters.and(Filters.gt("position", afterPosition), filter))
                .sort(Sorts.ascending("position"))
                .limit(limit)
                .map(AuditEntry::ofBson)
                .into(new ArrayList<>());
    }

    /** A page of entries, newest first. */
    List<AuditEntry> newest(org.bson.conversions.Bson filter, long beforePosition, int limit) {
        return collections
                .readable(NAME)
                .find(Filters.and(Filters.lt("position", beforePosition), filter))
                .sort(Sorts.descending("position"))
                .limit(limit)
                .map(AuditEntry::ofBson)
                .into(new ArrayList<>());
    }

    /** The highest version of a person in the trail; none for somebody unknown. */
    Optional<Long> versionOf(String person) {
        return Optional.ofNullable(collections
                        .readable(NAME)
                        .find(Filters.eq("subject", person))
                        .sort(Sorts.descending("position"))
                        .projection(Projections.include("version"))
                        .first())
                .map(newest -> Bson.number(newest, "version"));
    }

    private static void erase(MongoCollection<Document> collection, Set<String> people) {
        if (people.isEmpty()) {
            return;
        }
        var writes = new ArrayList<ReplaceOneModel<Document>>();
        for (var entry : collection.find(Filters.and(Filters.in("subject", people), Filters.eq("clear", true)))) {
            var erased = AuditEntry.ofBson(entry).erased();
            writes.add(new ReplaceOneModel<>(Filters.eq("_id", erased.eventId()), erased.toBson()));
            if (writes.size() == SWEEP) {
                Bson.write(collection, List.copyOf(writes));
                writes.clear();
            }
        }
        Bson.write(collection, writes);
    }

    private static final class Insertion implements Fold {

        private final MongoCollection<Document> collection;
        private final List<AuditEntry> entries = new ArrayList<>();
        private final Set<String> erased = new LinkedHashSet<>();

        Insertion(MongoCollection<Document> collection) {
            this.collection = collection;
        }

        @Override
        public void fold(Recorded<?> recorded) {
            var entry = AuditEntry.of(recorded);
            if (entry != null) {
                entries.add(entry);
            }
            if (recorded.event() instanceof PersonErased) {
                erased.add(recorded.stream());
            }
        }

        /** Erases first: whoever sees the erasure in the trail must not see anything of what it erased. */
        @Override
        public void write() {
            erase(collection, erased);
            Bson.write(
                    collection,
                    entries.stream()
                            .map(entry -> erased.contains(entry.subject()) ? entry.erased() : entry)
                            .map(entry -> new InsertOneModel<>(entry.toBson()))
                            .toList());
        }
    }
}
