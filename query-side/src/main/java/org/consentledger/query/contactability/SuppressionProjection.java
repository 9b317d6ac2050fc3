package org.consentledger.query.contactability;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bson.Document;
import org.consentledger.kernel.person.AddressHash;
import org.consentledger.query.readmodel.Bson;
import org.consentledger.query.readmodel.EventHeader;
import org.consentledger.query.readmodel.GuardedWrites;
import org.consentledger.query.readmodel.LiveCollections;
import org.consentledger.query.readmodel.ReadModel;
import org.consentledger.query.readmodel.Recorded;
import org.springframework.stereotype.Component;

/**
 * The read model {@code contactability}: one document for each address that was ever suppressed, under its keyed hash.
 */
@Component
class SuppressionProjection implements ReadModel {

    static final String NAME = "contactability";
    private static final String POSITION = "position";

    private final LiveCollections collections;

    SuppressionProjection(LiveCollections collections) {
        this.collections = collections;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean handles(Class<?> kind) {
        return Suppression.KINDS.contains(kind);
    }

    @Override
    public void createIndexes(MongoCollection<Document> collection) {
        GuardedWrites.createIndex(collection, POSITION);
    }

    @Override
    public Fold begin(MongoCollection<Document> collection, Collection<EventHeader> ahead) {
        return new Latest(collection);
    }

    /** The current suppressions of the given addresses. */
    Map<AddressHash, Suppression> of(Collection<AddressHash> addresses) {
        var found = new HashMap<AddressHash, Suppression>();
        var hashes = addresses.stream().map(AddressHash::value).toList();
        for (var stored : collections.readable(NAME).find(Filters.in("_id", hashes))) {
            var suppression = Suppression.ofBson(stored);
            if (suppression.suppressed()) {
                found.put(suppression.address(), suppression);
            }
        }
        return found;
    }

    private static final class Latest implements Fold {

        private final MongoCollection<Document> collection;
        private final Map<AddressHash, Suppression> latest = new LinkedHashMap<>();

        Latest(MongoCollection<Document> collection) {
            this.collection = collection;
        }

        @Override
        public void fold(Recorded<?> recorded) {
            for (var suppression : Suppression.of(recorded)) {
                latest.merge(
                        suppression.address(),
                        suppression,
                        (one, other) -> one.position() > other.position() ? one : other);
            }
        }

        @Override
        public void write() {
            var read = new HashMap<String, Long>();
            var hashes = latest.keySet().stream().map(AddressHash::value).toList();
            if (!hashes.isEmpty()) {
                for (var stored : collection.find(Filters.in("_id", hashes))) {
                    read.put(Bson.required(stored, "_id"), Bson.number(stored, POSITION));
                }
            }
            var writes = new GuardedWrites(collection, POSITION);
            latest.forEach((address, suppression) -> {
                var position = read.get(address.value());
                if (position == null || position < suppression.position()) {
                    writes.add(suppression.toBson(), position);
                }
            });
            writes.write();
        }
    }
}
