package org.consentledger.kernel.person;

/** What made the ledger record an opt-out. */
public enum UnsubscribeCause {
    /** Somebody said so. */
    REQUESTED,
    /** Somebody said so again while a request to resubscribe the person was pending; it answers that request. */
    REPEATED,
    /**
     * The person got an address that had been opted out before; that opt-out holds for whoever has the address. It is
     * news also where the person is unsubscribed already: it may be younger, and answers a pending request.
     */
    SUPPRESSED_ADDRESS,
    /** The person, unsubscribed already, got a further address that nobody had opted out; it is covered too. */
    ADDRESS_ADDED;

    /** Whether somebody said so, be it again, rather than that an earlier opt-out came to hold for somebody. */
    public boolean isSaid() {
        return this == REQUESTED || this == REPEATED;
    }
}
