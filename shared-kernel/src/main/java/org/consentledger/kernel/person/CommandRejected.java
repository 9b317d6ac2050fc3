package org.consentledger.kernel.person;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a rule forbids a well-formed command. The command records no event, with one exception: the ledger
 * records the refusal of an e-mail, because it must be able to prove that the e-mail was not sent.
 */
public final class CommandRejected extends RuntimeException {

    /** One constant per rule; the name becomes the problem type, so it is a part of the API. */
    public enum Rule {
        /** The ledger has no person with that id. */
        UNKNOWN_PERSON,
        /** The person has been erased and accepts no more commands. */
        PERSON_ERASED,
        /** The ledger has a person with that id already. */
        PERSON_EXISTS,
        /** A person needs an e-mail address or a salesforceId. */
        PERSON_UNIDENTIFIABLE,
        /** The e-mail address belongs to another person already. */
        ADDRESS_TAKEN,
        /** The salesforceId belongs to another person already. */
        SALESFORCE_ID_TAKEN,
        /** The contact data given for one person belongs to several people. */
        CONTACT_AMBIGUOUS,
        /** The person would have more than {@value ContactData#MOST_ENTRIES} addresses or phone numbers. */
        TOO_MANY_ENTRIES,
        /** The address by which the person was found no longer belongs to them. */
        ADDRESS_MOVED,
        /** The person has opted out and must not be mailed. */
        PERSON_UNSUBSCRIBED,
        /** The person has no e-mail address. */
        ADDRESS_MISSING,
        /** Only an unsubscribed person can be resubscribed. */
        PERSON_SUBSCRIBED,
        /** A consent given before the opt-out doesn't lift it. */
        CONSENT_OLDER_THAN_UNSUBSCRIBE,
        /** A consent can't have been given in the future. */
        CONSENT_IN_FUTURE,
        /** An approval needs evidence: its own, or that of a pending request. */
        EVIDENCE_MISSING,
        /** An approval needs the approver's explicit attestation. */
        ATTESTATION_MISSING,
        /** No request to resubscribe is pending, so none can be rejected. */
        NO_REQUEST_PENDING,
        /** The person is not at the version that the sender expected. */
        VERSION_MISMATCH,
        /** The idempotency key was used before, with another request. */
        IDEMPOTENCY_KEY_REUSED;

        /** Returns the last part of the problem type: {@code address-taken} for {@code ADDRESS_TAKEN}. */
        public String slug() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private final Rule rule;
    private final @Nullable PersonId holder;

    /**
     * Rejects a command by a rule.
     *
     * @param message says what is wrong without naming any personal data
     */
    public CommandRejected(Rule rule, String message) {
        this(rule, message, null);
    }

    /**
     * Rejects a command because another person holds the address or the salesforceId.
     *
     * @param holder that other person
     */
    public CommandRejected(Rule rule, String message, @Nullable PersonId holder) {
        super(message, null, false, false);
        this.rule = rule;
        this.holder = holder;
    }

    /** Returns the refusal of a command or a query about a person who was never registered. */
    public static CommandRejected unknownPerson() {
        return new CommandRejected(Rule.UNKNOWN_PERSON, "There is no such person");
    }

    public Rule rule() {
        return rule;
    }

    public @Nullable PersonId holder() {
        return holder;
    }

    /** Returns the refusal of a command or a query about an erased person. */
    public static CommandRejected erasedPerson() {
        return new CommandRejected(Rule.PERSON_ERASED, "The person has been erased");
    }
}
