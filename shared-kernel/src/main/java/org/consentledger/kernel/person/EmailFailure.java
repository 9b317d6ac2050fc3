package org.consentledger.kernel.person;

/** Why an accepted e-mail counts as not sent. */
public enum EmailFailure {
    /** No message can be made of it, as the address has a form that mail programs don't take. */
    UNSENDABLE,
    /** The mail server refused it for good. */
    REJECTED,
    /** No mail server has taken it in all the time that it was tried. */
    GAVE_UP,
    /**
     * The sender broke off while the mail server may have been taking it. It may have arrived or not; it is not sent
     * again, as nobody must get it twice.
     */
    OUTCOME_UNKNOWN
}
