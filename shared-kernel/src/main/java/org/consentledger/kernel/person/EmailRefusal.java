package org.consentledger.kernel.person;

import org.consentledger.kernel.person.CommandRejected.Rule;

/** Why an e-mail must not be sent. */
public enum EmailRefusal {
    /** The person has opted out. */
    PERSON_UNSUBSCRIBED(Rule.PERSON_UNSUBSCRIBED, "The person has unsubscribed; the refusal is recorded"),
    /** The person has been erased. */
    PERSON_ERASED(Rule.PERSON_ERASED, "The person has been erased; the refusal is recorded"),
    /** The address for which the e-mail was accepted no longer belongs to the person. */
    ADDRESS_GONE(Rule.ADDRESS_MOVED, "The person doesn't have that address any more");

    private final Rule rule;
    private final String detail;

    EmailRefusal(Rule rule, String detail) {
        this.rule = rule;
        this.detail = detail;
    }

    /** Returns the rule that forbids the e-mail. */
    public Rule rule() {
        return rule;
    }

    /** Returns the explanation for the caller, free of personal data. */
    public String detail() {
        return detail;
    }
}
