package org.consentledger.query.readmodel;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.mongodb.MongoNamespace;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Cache of the documents that this process wrote last. It saves a query when one person gets several events in a row.
 *
 * <p>Entries may be stale, or belong to a collection that has been dropped. That costs a second write and never a wrong
 * document: a write is guarded by the version that was folded on, and gaps are healed from the ledger.
 *
 * <p>Threads of all segments share the cache; its two maps are concurrent.
 */
public final class DocumentCache<D> {

    private static final int MAX_DOCUMENTS = 10_000;

    private final Cache<Key, D> documents =
            Caffeine.newBuilder().maximumSize(MAX_DOCUMENTS).build();

    private final Set<Key> suspects = ConcurrentHashMap.newKeySet();

    private record Key(MongoNamespace collection, String id) {}

    /** Puts the cached documents among the given ids into a map. */
    void into(Map<String, D> found, MongoNamespace collection, Collection<String> ids) {
        for (var id : ids) {
            var document = documents.getIfPresent(new Key(collection, id));
            if (document != null) {
                found.put(id, document);
            }
        }
    }

    /**
     * Marks documents of which one could not be completed after a blind update had failed. The next batch fetches them
     * instead of updating them blindly.
     */
    void suspect(MongoNamespace collection, Collection<String> ids) {
        ids.forEach(id -> suspects.add(new Key(collection, id)));
    }

    /** Tells whether a document is marked as suspect, and removes the mark. */
    boolean wasSuspect(MongoNamespace collection, String id) {
        return suspects.remove(new Key(collection, id));
    }

    /** Puts a document that has just been written. */
    void put(MongoNamespace collection, String id, D document) {
        documents.put(new Key(collection, id), document);
    }
}
