package org.consentledger.web.planted;

import org.consentledger.kernel.person.PersonId;

/** A page that takes the ledger's own types instead of asking over HTTP. */
class GoesRoundTheApi {

    PersonId person;
}
