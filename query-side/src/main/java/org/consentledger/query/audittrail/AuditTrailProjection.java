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
 * The read model {@code audit_trail}. An entry is inserted once, and changed only when the person is erased. It then
 * equals the entry that a rebuild would insert.
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
     * Redacts the entries of erased people once more. The rebuild may have read an entry before an erasure and inserted
     * it after the live event handler had redacted the person's entries.
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

    /**
     * A page of a person's entries in the order of the ledger. One segment inserts all of them, so they are in order.
     */
    List<AuditEntry> ofPerson(String person, long afterPosition, int limit) {
        return page(collections.readable(NAME), Filters.eq("subject", person), afterPosition, limit);
    }

    /** A page of the whole ledger's entries in its order. No earlier entry will be added before the last one. */
    static List<AuditEntry> ofLedger(
            StableCollection trail, org.bson.conversions.Bson filter, long afterPosition, int limit) {
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

    /** The highest version of a person in the trail; empty for an unknown person. */
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

        /** Redacts before it inserts: a reader that sees the erasure must not see a value that it erased. */
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
