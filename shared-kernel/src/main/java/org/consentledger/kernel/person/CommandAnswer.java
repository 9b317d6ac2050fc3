package org.consentledger.kernel.person;

import org.jspecify.annotations.Nullable;

/**
 * The result of a command that was carried out.
 *
 * @param version the number of the person's events after the command; unchanged if the command repeated what is
 *     recorded already
 * @param refusal the reason why an e-mail must not be sent, or null. This is the only refusal that is recorded as an
 *     event, and so the only one that is returned rather than thrown as {@link CommandRejected}
 */
public record CommandAnswer(
        PersonId personId, long version, @Nullable EmailRefusal refusal) {

    /** A result without a refusal. */
    public CommandAnswer(PersonId personId, long version) {
        this(personId, version, null);
    }
}
