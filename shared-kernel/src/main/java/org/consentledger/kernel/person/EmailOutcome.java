package org.consentledger.kernel.person;

import org.jspecify.annotations.Nullable;

/** What came of an accepted e-mail. */
public sealed interface EmailOutcome {

    /** A mail server has taken it. */
    record Sent() implements EmailOutcome {}

    /** It was not handed over, because the person must not be mailed any more. Why is for the rules to say. */
    record Withheld() implements EmailOutcome {}

    /**
     * No mail server has taken it, or nobody knows whether one has.
     *
     * @param status the server's code, {@code 550 5.1.1} for instance, without its words, which may quote an address
     */
    record Failed(EmailFailure reason, @Nullable String status) implements EmailOutcome {}
}
