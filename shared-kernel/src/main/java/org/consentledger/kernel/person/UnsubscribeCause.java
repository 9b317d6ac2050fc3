package org.consentledger.kernel.person;

/** The cause of a recorded opt-out. */
public enum UnsubscribeCause {
    /** The person or an operator requested the opt-out. */
    REQUESTED,
    /**
     * The opt-out was requested again while a request to resubscribe the person was pending. It answers that request.
     */
    REPEATED,
    /**
     * The person got an address that had been opted out before. That opt-out stays with the address and holds for each
     * of its owners. It is recorded also for a person who is unsubscribed already, because it may be more recent than
     * the person's own opt-out and answers a pending request.
     */
    SUPPRESSED_ADDRESS,
    /**
     * A person who is unsubscribed already got a further address that had not been opted out. The opt-out now covers
     * that address too.
     */
    ADDRESS_ADDED;

    /** Whether the opt-out was requested, for the first time or again. The other causes extend an earlier opt-out. */
    public boolean isSaid() {
        return this == REQUESTED || this == REPEATED;
    }
}
