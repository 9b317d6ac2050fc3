package org.consentledger.kernel.person;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A command that was understood and that a rule does not allow. Nothing was recorded, but for e-mails that must not be
 * sent: that they were not is recorded, as a ledger must prove it.
 */
public final class CommandRejected extends RuntimeException {

    /** One constant per rule; the name becomes the problem type, so it is a part of the API. */
    public enum Rule {
        /** There is no such person. */
        UNKNOWN_PERSON,
        /** The person has been erased; nothing can be asked about them any more. */
        PERSON_ERASED,
        /** There is a person with that id already. */
        PERSON_EXISTS,
        /** A person needs an e-mail address or a salesforceId. */
        PERSON_UNIDENTIFIABLE,
        /** An e-mail address belongs to one person only. */
        ADDRESS_TAKEN,
        /** A salesforceId belongs to one person only. */
        SALESFORCE_ID_TAKEN,
        /** What was said of one person belongs to several. */
        CONTACT_AMBIGUOUS,
        /** A person has only so many addresses and numbers. */
        TOO_MANY_ENTRIES,
        /** The address by which the person was found is not theirs any more. */
        ADDRESS_MOVED,
        /** Nobody who has opted out is mailed. */
        PERSON_UNSUBSCRIBED,
        /** Who has no e-mail address can't be mailed. */
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
        /** There is no request to reject. */
        NO_REQUEST_PENDING,
        /** The person is not at the version that the sender expected. */
        VERSION_MISMATCH,
        /** The idempotency key was used before, with another request. */
        IDEMPOTENCY_KEY_REUSED;

        /** {@code ADDRESS_TAKEN} becomes {@code address-taken}, the last part of the problem type. */
        public String slug() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private final Rule rule;
    private final @Nullable PersonId holder;

    /**
     * A refusal by a rule.
     *
     * @param message says what is wrong without naming any personal data
     */
    public CommandRejected(Rule rule, String message) {
        this(rule, message, null);
    }

    /**
     * A refusal because of somebody else.
     *
     * @param holder the person who has what was asked for
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
}
