package org.consentledger.foundation.privacy;

import java.util.Collection;
import java.util.Optional;
import javax.crypto.SecretKey;
import org.consentledger.kernel.person.PersonId;

/**
 * The data key of each person. Asking for one has three outcomes that must never be mixed up: the key was destroyed
 * (the data is erased, for ever), the key store can't be reached (stop and try again, never show it as erased), or
 * there never was a key (something is badly wrong).
 */
public interface PersonKeys {

    /** Makes a random key for each person who has none yet, in the transaction at hand. */
    void create(Collection<PersonId> people);

    /**
     * The person's key; empty if it has been destroyed.
     *
     * @throws KeyMissingException if the person never had one
     * @throws org.springframework.dao.DataAccessException if the key store can't be reached
     */
    Optional<SecretKey> find(PersonId person);

    /** Fetches the keys of many people with one query, so that {@link #find} needs none for them. */
    void prefetch(Collection<PersonId> people);

    /** Destroys the keys, in the transaction at hand; there is no way back. */
    void destroy(Collection<PersonId> people);

    /** Forgets what this process remembers of a person's key: another process has destroyed it. */
    void evict(PersonId person);

    /** Personal data was to be written of somebody who has been erased: whoever wanted to was behind. */
    final class KeyDestroyedException extends RuntimeException {
        public KeyDestroyedException(PersonId person) {
            super("The key has been destroyed of person " + person);
        }
    }

    /** Personal data of somebody who never had a key: the key table was lost or restored from before the events. */
    final class KeyMissingException extends RuntimeException {
        KeyMissingException(PersonId person) {
            super("There is no key, and never was, for person " + person);
        }
    }
}
