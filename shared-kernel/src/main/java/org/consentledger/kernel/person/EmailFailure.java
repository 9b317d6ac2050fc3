package org.consentledger.kernel.person;

/** Why an accepted e-mail counts as not sent. */
public enum EmailFailure {
    /** The address has a form that mail programs reject, so no message can be built. */
    UNSENDABLE,
    /** The mail server rejected the e-mail permanently. */
    REJECTED,
    /** All retries have failed: no mail server accepted the e-mail in time. */
    GAVE_UP,
    /**
     * The outbox worker stopped during the hand-over to the mail server. The e-mail may or may not have arrived. The
     * ledger doesn't retry, because no person must get an e-mail twice.
     */
    OUTCOME_UNKNOWN
}
