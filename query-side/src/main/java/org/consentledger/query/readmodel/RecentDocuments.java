package org.consentledger.query.readmodel;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.mongodb.MongoNamespace;
import java.util.Collection;
import java.util.Map;

/**
 * Documents as this process wrote them last, so that a person about whom something new is recorded needn't be fetched
 * each time. What is remembered may be behind or belong to a collection that is gone: writes are guarded by the version
 * that was folded on, and gaps are healed from the ledger, so it costs a little and changes nothing.
 */
public final class RecentDocuments<D> {

    private static final int REMEMBERED = 10_000;

    private final Cache<Key, D> documents =
            Caffeine.newBuilder().maximumSize(REMEMBERED).build();

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

    void remember(MongoNamespace collection, String id, D document) {
        documents.put(new Key(collection, id), document);
    }
}
