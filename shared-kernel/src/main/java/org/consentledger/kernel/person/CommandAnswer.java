package org.consentledger.kernel.person;

import org.jspecify.annotations.Nullable;

/**
 * What a person looks like after a command.
 *
 * @param version the number of events of the person so far; unmoved where the command said the same again
 * @param refusal why an e-mail must not be sent, where that was recorded: the one refusal that leaves an event
 */
public record CommandAnswer(
        PersonId personId, long version, @Nullable EmailRefusal refusal) {

    /** The answer to a command that was carried out. */
    public CommandAnswer(PersonId personId, long version) {
        this(personId, version, null);
    }
}
