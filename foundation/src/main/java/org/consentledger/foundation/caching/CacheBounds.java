package org.consentledger.foundation.caching;

import com.github.benmanes.caffeine.cache.Cache;

/**
 * Bounds a cache by forgetting what was written first. Caffeine's own bound would rather refuse the newest, which it
 * hasn't seen asked for yet; so it can't be had where what was just put in is about to be asked for.
 */
public final class CacheBounds {

    /**
     * Forgets the oldest entries, until there are no more than so many.
     *
     * @param cache one whose entries expire after they are written
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
