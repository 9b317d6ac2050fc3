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

    private final Cache<PersonId, Optional<SecretKey>> remembered = Caffeine.newBuilder()
            .maximumSize(MOST_REMEMBERED)
            .expireAfterWrite(REMEMBERED_FOR)
            .build();

    JdbcPersonKeys(JdbcTemplate jdbc, KeySettings settings) {
        this.jdbc = jdbc;
        settings.previousEncryptionKeys().forEach(this::wrappingKey);
        currentWrappingKey = wrappingKey(settings.encryptionKey());
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
        var damage = fetch(List.of(person)).get(person);
        if (damage != null) {
            throw damage;
        }
        var found = remembered.getIfPresent(person);
        if (found == null) {
            throw new KeyMissingException(person);
        }
        return found;
    }

    /** {@inheritDoc} A damaged key is left to {@link #find}: one bad row must not stop the readers of all others. */
    @Override
    public void prefetch(Collection<PersonId> people) {
        fetch(people);
    }

    /** Remembers the keys of people, and says whose can't be unwrapped, and why. */
    private Map<PersonId, RuntimeException> fetch(Collection<PersonId> people) {
        var damaged = new HashMap<PersonId, RuntimeException>();
        var unknown = people.stream()
                .filter(person -> remembered.getIfPresent(person) == null)
                .map(PersonId::value)
                .distinct()
                .toArray(UUID[]::new);
        if (unknown.length == 0) {
            return damaged;
        }
        jdbc.query(
                "SELECT person_id, wrapping_key, wrapped FROM keys.person_key WHERE person_id = ANY (?)",
                row -> {
                    var id = row.getObject(1, UUID.class);
                    var person = new PersonId(id);
                    try {
                        remembered.put(person, unwrap(id, row.getString(2), row.getBytes(3)));
                    } catch (AesGcm.TamperedException | IllegalStateException damage) {
                        damaged.put(person, damage);
                    }
                },
                (Object) unknown);
        return damaged;
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

    private Optional<SecretKey> unwrap(UUID person, String wrappingKey, byte @Nullable [] wrapped) {
        if (wrapped == null) {
            return Optional.empty();
        }
        var key = AesGcm.decrypt(wrappingKeyNamed(wrappingKey), wrapped, associatedData(person));
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
