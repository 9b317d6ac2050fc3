package org.consentledger.command.gateway;

import com.github.benmanes.caffeine.cache.Cache;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.axonframework.common.Registration;

/**
 * Adapts a Caffeine cache to Axon's cache of loaded aggregates. It belongs to one process. Entries may be stale; the
 * unique key (stream, version) rejects an append that is based on one, and an answer that appends nothing is checked
 * against the event store.
 */
final class AggregateCache implements org.axonframework.common.caching.Cache {

    private final Cache<Object, Object> entries;

    AggregateCache(Cache<Object, Object> entries) {
        this.entries = entries;
    }

    @Override
    @SuppressWarnings({"unchecked", "NullAway", "TypeParameterUnusedInFormals"}) // as Axon's interface has it
    public <K, V> V get(K key) {
        return (V) entries.getIfPresent(key);
    }

    @Override
    public void put(Object key, Object value) {
        entries.put(key, value);
    }

    @Override
    public boolean putIfAbsent(Object key, Object value) {
        return entries.asMap().putIfAbsent(key, value) == null;
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    public <T> T computeIfAbsent(Object key, Supplier<T> value) {
        return (T) Objects.requireNonNull(entries.get(key, absent -> value.get()));
    }

    @Override
    public boolean remove(Object key) {
        return entries.asMap().remove(key) != null;
    }

    @Override
    public void removeAll() {
        entries.invalidateAll();
    }

    @Override
    public boolean containsKey(Object key) {
        return entries.asMap().containsKey(key);
    }

    @Override
    @SuppressWarnings("unchecked")
    public <V> void computeIfPresent(Object key, UnaryOperator<V> update) {
        entries.asMap().computeIfPresent(key, (present, value) -> update.apply((V) value));
    }

    @Override
    public Registration registerCacheEntryListener(EntryListener listener) {
        return () -> false; // the ledger has no listeners
    }
}
