package org.consentledger.foundation.privacy;

import java.util.Collection;
import java.util.Optional;
import javax.crypto.SecretKey;
import org.consentledger.kernel.person.PersonId;

/**
 * Stores the data key of each person: an AES key of 256 bits that encrypts the person's data in all events. Destroying
 * the key erases the data.
 *
 * <p>Callers and implementations MUST keep three cases of an unavailable key apart:
 *
 * <ul>
 *   <li>The key was destroyed: {@link #find} returns empty. The data is erased for ever.
 *   <li>The key store can't be reached: a {@code DataAccessException}. The caller MUST stop or retry, and MUST NOT show
 *       the data as erased.
 *   <li>The key never existed: a {@link KeyMissingException}. The key table was lost or is older than the events.
 * </ul>
 *
 * <p>Implementations MUST be thread-safe. They MAY cache keys, but for at most one minute, so that a key which another
 * process has destroyed doesn't stay usable.
 */
public interface PersonKeys {

    /**
     * Creates a random key for each person without one, in the current transaction. It MUST NOT replace a key or
     * recreate one that was destroyed. After a rollback the keys MUST NOT be found.
     */
    void create(Collection<PersonId> people);

    /**
     * Returns the person's key, or empty if it has been destroyed.
     *
     * @throws KeyMissingException if the person never had one
     * @throws org.springframework.dao.DataAccessException if the key store can't be reached
     */
    Optional<SecretKey> find(PersonId person);

    /**
     * Loads the keys of many people into the cache with one query, so that the following calls of {@link #find} need
     * none. It MUST NOT throw because one of the keys is missing or damaged.
     */
    void prefetch(Collection<PersonId> people);

    /**
     * Destroys the keys in the current transaction. The commit makes it irrevocable. After the commit, the
     * implementation MUST evict the keys from this process's cache.
     */
    void destroy(Collection<PersonId> people);

    /**
     * Removes a person's key from this process's cache. A caller MAY use it when it learns that another process has
     * destroyed the key; otherwise the cache entry expires.
     */
    void evict(PersonId person);

    /** Thrown when personal data is written about an erased person. The writer's state of the person was stale. */
    final class KeyDestroyedException extends RuntimeException {
        public KeyDestroyedException(PersonId person) {
            super("The key was destroyed of the erased person " + person);
        }
    }

    /**
     * Thrown when a person with personal data never had a key. The key table was lost, or restored from a backup older
     * than the events.
     */
    final class KeyMissingException extends RuntimeException {
        KeyMissingException(PersonId person) {
            super("The key table has no row for person " + person);
        }
    }
}
