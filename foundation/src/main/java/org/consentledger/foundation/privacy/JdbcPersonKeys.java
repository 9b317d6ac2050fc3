package org.consentledger.foundation.privacy;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.consentledger.foundation.caching.CacheBounds;
import org.consentledger.kernel.person.PersonId;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Stores the keys of people in the table {@code keys.person_key} and caches them.
 *
 * <p><b>Wrapping.</b> Each row holds a person's key, encrypted with a key-encryption key of the settings. The person's
 * id is the associated data, so a row that was moved to another person doesn't unwrap. The row also names its
 * key-encryption key by a fingerprint. So after a rotation, the current one wraps new keys while the previous ones
 * still unwrap the old rows.
 *
 * <p><b>Cache.</b> {@link #find} caches unwrapped keys, and also the fact that a key has been destroyed. An entry lives
 * for a minute at most, because another process may destroy the key meanwhile. The process that destroys a key evicts
 * it after its transaction. In other processes the entry expires. A key that is missing is not cached.
 *
 * <p><b>Example.</b> A projection reads a page of 1,000 events about 300 people. It calls {@link #prefetch}, which
 * loads the keys that are not cached with one query. The 1,000 calls of {@link #find} that follow are cache hits. The
 * cache therefore evicts its oldest entries ({@link CacheBounds}), and never the keys of the page at hand.
 *
 * <p>The class is thread-safe: all fields are written only in the constructor, and the cache is concurrent.
 */
final class JdbcPersonKeys implements PersonKeys {

    private static final int MAX_CACHED_KEYS = 50_000;
    private static final Duration CACHED_FOR = Duration.ofMinutes(1);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final JdbcTemplate jdbc;
    private final String currentWrappingKey;
    private final Map<String, SecretKey> wrappingKeys = new HashMap<>();

    private final int maxCachedKeys;

    /**
     * Bounded by {@link CacheBounds} rather than by Caffeine, because keys that were just fetched for a page of events
     * are about to be read.
     */
    private final Cache<PersonId, Optional<SecretKey>> cached =
            Caffeine.newBuilder().expireAfterWrite(CACHED_FOR).build();

    JdbcPersonKeys(JdbcTemplate jdbc, KeySettings settings) {
        this(jdbc, settings, MAX_CACHED_KEYS);
    }

    JdbcPersonKeys(JdbcTemplate jdbc, KeySettings settings, int maxCachedKeys) {
        this.jdbc = jdbc;
        this.maxCachedKeys = maxCachedKeys;
        settings.previousEncryptionKeys().forEach(this::addWrappingKey);
        currentWrappingKey = addWrappingKey(settings.encryptionKey());
    }

    /** A row of {@code keys.person_key}; without a wrapped key if it has been destroyed. */
    private static final class Stored {

        private final PersonId person;
        private final String wrappingKey;
        private final byte @Nullable [] wrapped;

        Stored(PersonId person, String wrappingKey, byte @Nullable [] wrapped) {
            this.person = person;
            this.wrappingKey = wrappingKey;
            this.wrapped = wrapped;
        }
    }

    @Override
    public void create(Collection<PersonId> people) {
        // If the transaction rolls back, also to a savepoint, its keys never existed and a retry creates others.
        people.forEach(this::evict);
        afterTransaction(() -> people.forEach(this::evict));
        var rows = new TreeSet<>(people.stream().map(PersonId::value).toList())
                .stream()
                        .map(id -> new Object[] {id, currentWrappingKey, wrap(id)})
                        .toList();
        jdbc.batchUpdate(
                "INSERT INTO keys.person_key (person_id, wrapping_key, wrapped) VALUES (?, ?, ?)"
                        + " ON CONFLICT (person_id) DO NOTHING",
                rows);
    }

    @Override
    public Optional<SecretKey> find(PersonId person) {
        var known = cached.getIfPresent(person);
        if (known != null) {
            return known;
        }
        var stored = stored(List.of(person));
        if (stored.isEmpty()) {
            throw new KeyMissingException(person);
        }
        var key = unwrap(stored.getFirst());
        addToCache(Map.of(person, key));
        return key;
    }

    /**
     * {@inheritDoc} It skips a damaged key and leaves the error to {@link #find}: one bad row must not stop the readers
     * of all other people.
     */
    @Override
    public void prefetch(Collection<PersonId> people) {
        var unknown = people.stream()
                .filter(person -> cached.getIfPresent(person) == null)
                .distinct()
                .toList();
        if (unknown.isEmpty()) {
            return;
        }
        var sound = new HashMap<PersonId, Optional<SecretKey>>();
        for (var stored : stored(unknown)) {
            try {
                sound.put(stored.person, unwrap(stored));
            } catch (AesGcm.TamperedException | IllegalStateException damaged) {
                // find() throws it again for the reader that needs this key.
            }
        }
        addToCache(sound);
    }

    private void addToCache(Map<PersonId, Optional<SecretKey>> keys) {
        cached.putAll(keys);
        CacheBounds.evictOldest(cached, maxCachedKeys);
    }

    private List<Stored> stored(Collection<PersonId> people) {
        return jdbc.query(
                "SELECT person_id, wrapping_key, wrapped FROM keys.person_key WHERE person_id = ANY (?)",
                (row, number) ->
                        new Stored(new PersonId(row.getObject(1, UUID.class)), row.getString(2), row.getBytes(3)),
                (Object) people.stream().map(PersonId::value).toArray(UUID[]::new));
    }

    @Override
    public void destroy(Collection<PersonId> people) {
        var ids = people.stream().map(PersonId::value).sorted().toArray(UUID[]::new);
        jdbc.update(
                "UPDATE keys.person_key SET wrapped = NULL, destroyed_at = now()"
                        + " WHERE person_id = ANY (?) AND wrapped IS NOT NULL",
                (Object) ids);
        // Not earlier: until the commit, other threads still read the old key and would cache it again.
        afterTransaction(() -> people.forEach(this::evict));
    }

    @Override
    public void evict(PersonId person) {
        cached.invalidate(person);
    }

    private static void afterTransaction(Runnable action) {
        if (!TransactionSynchronizationManager.isSynchronizationActive()) {
            action.run();
            return;
        }
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCompletion(int status) {
                action.run();
            }
        });
    }

    private byte[] wrap(UUID person) {
        var key = new byte[32];
        RANDOM.nextBytes(key);
        return AesGcm.encrypt(wrappingKeyNamed(currentWrappingKey), key, associatedData(person));
    }

    private Optional<SecretKey> unwrap(Stored stored) {
        if (stored.wrapped == null) {
            return Optional.empty();
        }
        var key = AesGcm.decrypt(
                wrappingKeyNamed(stored.wrappingKey), stored.wrapped, associatedData(stored.person.value()));
        return Optional.of(new SecretKeySpec(key, "AES"));
    }

    private SecretKey wrappingKeyNamed(String name) {
        var key = wrappingKeys.get(name);
        if (key == null) {
            throw new IllegalStateException(
                    "The settings ledger.keys.* lack the key-encryption key with the fingerprint " + name);
        }
        return key;
    }

    /** Adds a key-encryption key under its fingerprint, and returns the fingerprint. */
    private String addWrappingKey(String base64) {
        var key = Base64.getDecoder().decode(base64);
        try {
            var fingerprint = MessageDigest.getInstance("SHA-256").digest(key);
            var name = HexFormat.of().formatHex(fingerprint, 0, 8);
            wrappingKeys.put(name, new SecretKeySpec(key, "AES"));
            return name;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM has no SHA-256", e);
        }
    }

    private static byte[] associatedData(UUID person) {
        return ("person-key:" + person).getBytes(UTF_8);
    }
}
