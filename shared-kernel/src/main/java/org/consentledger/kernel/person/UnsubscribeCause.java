package org.consentledger.kernel.person;

/** What made the ledger record an opt-out. */
public enum UnsubscribeCause {
    /** Somebody said so. */
    REQUESTED,
    /** The person got an address that had been opted out before; that opt-out holds for whoever has the address. */
    SUPPRESSED_ADDRESS,
    /** The person, unsubscribed already, got a further address; the opt-out covers it too. */
    ADDRESS_ADDED
}
