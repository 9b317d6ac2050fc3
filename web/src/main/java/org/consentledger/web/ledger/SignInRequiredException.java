package org.consentledger.web.ledger;

/** The pages hold no token any more that the ledger takes. */
public final class SignInRequiredException extends RuntimeException {

    SignInRequiredException() {
        super("No token that is good", null, false, false);
    }
}
