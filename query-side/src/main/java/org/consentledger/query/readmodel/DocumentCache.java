package org.consentledger.query.readmodel;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.mongodb.MongoNamespace;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Documents as this process wrote them last, so that a person about whom something new is recorded needn't be fetched
 * each time. What is remembered may be behind or belong to a collection that is gone: writes are guarded by the version
 * that was folded on, and gaps are healed from the ledger, so it costs a little and changes nothing.
 */
public final class DocumentCache<D> {

    private static final int REMEMBERED = 10_000;

    private final Cache<Key, D> documents =
            Caffeine.newBuilder().maximumSize(REMEMBERED).build();

    private final Set<Key> suspects = ConcurrentHashMap.newKeySet();

    private record Key(MongoNamespace collection, String id) {}

    /** Those of the documents that are remembered. */
    void into(Map<String, D> found, MongoNamespace collection, Collection<String> ids) {
        for (var id : ids) {
            var document = documents.getIfPresent(new Key(collection, id));
            if (document != null) {
                found.put(id, document);
            }
        }
    }

    /** Notes that one of some documents wasn't as it had to be and can't be completed; they are looked at next time. */
    void suspect(MongoNamespace collection, Collection<String> ids) {
        ids.forEach(id -> suspects.add(new Key(collection, id)));
    }

    /** Whether that was noted; it is forgotten thereby. */
    boolean wasSuspect(MongoNamespace collection, String id) {
        return suspects.remove(new Key(collection, id));
    }

    void remember(MongoNamespace collection, String id, D document) {
        documents.put(new Key(collection, id), document);
    }
}
