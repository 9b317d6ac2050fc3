package org.consentledger.kernel.person;

import org.jspecify.annotations.Nullable;

/** The final outcome of an accepted e-mail. */
public sealed interface EmailOutcome {

    /** A mail server has accepted the e-mail. */
    record Sent() implements EmailOutcome {}

    /**
     * The e-mail was not handed to a mail server, because the person must not be mailed any more. The rules determine
     * the reason.
     */
    record Withheld() implements EmailOutcome {}

    /**
     * No mail server has accepted the e-mail, or the outcome of the hand-over is unknown.
     *
     * @param status the server's code, for example {@code 550 5.1.1}, without the server's text, which may quote an
     *     address
     */
    record Failed(EmailFailure reason, @Nullable String status) implements EmailOutcome {}
}
