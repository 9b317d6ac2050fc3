package org.consentledger.kernel.privacy;

import org.consentledger.kernel.person.PersonId;

/**
 * Something stored whose {@link Personal} components belong to one person, and are encrypted with that person's key.
 */
public interface AboutPerson {

    PersonId personId();
}
