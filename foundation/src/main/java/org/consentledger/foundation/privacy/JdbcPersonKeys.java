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
 * Keys in {@code keys.person_key}, each wrapped by a key-encryption key with the person's id as associated data, so
 * that a row moved to another person doesn't unwrap. Unwrapped keys are remembered for a minute at most, since another
 * process may destroy them meanwhile.
 */
final class JdbcPersonKeys implements PersonKeys {

    private static final int MOST_REMEMBERED = 50_000;
    private static final Duration REMEMBERED_FOR = Duration.ofMinutes(1);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final JdbcTemplate jdbc;
    private final String currentWrappingKey;
    private final Map<String, SecretKey> wrappingKeys = new HashMap<>();

    private final int mostRemembered;

    /** Bounded by age, since what was just fetched for a page of events is about to be asked for. */
    private final Cache<PersonId, Optional<SecretKey>> remembered =
            Caffeine.newBuilder().expireAfterWrite(REMEMBERED_FOR).build();

    JdbcPersonKeys(JdbcTemplate jdbc, KeySettings settings) {
        this(jdbc, settings, MOST_REMEMBERED);
    }

    JdbcPersonKeys(JdbcTemplate jdbc, KeySettings settings, int mostRemembered) {
        this.jdbc = jdbc;
        this.mostRemembered = mostRemembered;
        settings.previousEncryptionKeys().forEach(this::wrappingKey);
        currentWrappingKey = wrappingKey(settings.encryptionKey());
    }

    /** A row of the table. */
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
        // Should the transaction fail, its keys never were; the next attempt makes others.
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
        var known = remembered.getIfPresent(person);
        if (known != null) {
            return known;
        }
        var stored = stored(List.of(person));
        if (stored.isEmpty()) {
            throw new KeyMissingException(person);
        }
        var key = unwrap(stored.getFirst());
        remember(Map.of(person, key));
        return key;
    }

    /** {@inheritDoc} A damaged key is left to {@link #find}: one bad row must not stop the readers of all others. */
    @Override
    public void prefetch(Collection<PersonId> people) {
        var unknown = people.stream()
                .filter(person -> remembered.getIfPresent(person) == null)
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
                // Whoever asks for this key will meet it again.
            }
        }
        remember(sound);
    }

    private void remember(Map<PersonId, Optional<SecretKey>> keys) {
        remembered.putAll(keys);
        CacheBounds.evictOldest(remembered, mostRemembered);
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
        // Not earlier: until the commit others still read, and would remember, the key that is about to go.
        afterTransaction(() -> people.forEach(this::evict));
    }

    @Override
    public void evict(PersonId person) {
        remembered.invalidate(person);
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
            throw new IllegalStateException("No key-encryption key of this ledger's settings is " + name);
        }
        return key;
    }

    /** Learns a key-encryption key, and names it by its own fingerprint. */
    private String wrappingKey(String base64) {
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
