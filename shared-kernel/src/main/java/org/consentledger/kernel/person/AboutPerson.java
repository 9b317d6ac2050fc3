package org.consentledger.kernel.person;

import org.consentledger.kernel.privacy.Personal;

/**
 * Something stored whose {@link Personal} components belong to one person, and are encrypted with that person's key.
 */
public interface AboutPerson {

    PersonId personId();
}
