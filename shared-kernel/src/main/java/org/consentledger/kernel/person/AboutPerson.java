package org.consentledger.kernel.person;

import org.consentledger.kernel.privacy.Personal;

/**
 * A stored type whose {@link Personal} components belong to one person. The serializer encrypts them with the key of
 * {@link #personId}, so an implementation MUST always return the same, non-null id, and its JSON MUST hold it under the
 * name {@code personId}.
 */
public interface AboutPerson {

    PersonId personId();
}
