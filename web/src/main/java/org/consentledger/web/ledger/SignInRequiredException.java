package org.consentledger.web.ledger;

/** Thrown when the session holds no token that the ledger accepts. */
public final class SignInRequiredException extends RuntimeException {

    SignInRequiredException() {
        super("The session holds no valid access token", null, false, false);
    }
}
