package org.consentledger.foundation.lease;

/** Another process has taken the work over. The transaction MUST be rolled back. */
public final class LeaseLostException extends RuntimeException {

    public LeaseLostException(String name) {
        super("Another process has taken over " + name, null, false, false);
    }
}
