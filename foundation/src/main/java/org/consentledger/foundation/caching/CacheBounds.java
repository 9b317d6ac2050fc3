package org.consentledger.foundation.caching;

import com.github.benmanes.caffeine.cache.Cache;

/**
 * Bounds the size of a cache by evicting the entries that were written first. Caffeine's own size bound prefers to
 * evict new entries, because they have not been read yet. So it doesn't suit a cache whose new entries are about to be
 * read.
 */
public final class CacheBounds {

    /**
     * Evicts the oldest entries until the cache holds at most {@code maximumSize}.
     *
     * @param cache a cache with {@code expireAfterWrite}
     */
    public static <K> void evictOldest(Cache<K, ?> cache, int most) {
        var tooMany = cache.estimatedSize() - most;
        if (tooMany > 0) {
            var age = cache.policy().expireAfterWrite().orElseThrow();
            cache.invalidateAll(age.oldest((int) tooMany).keySet());
        }
    }

    private CacheBounds() {}
}
