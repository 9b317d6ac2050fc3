package org.consentledger.command.gateway;

import org.consentledger.kernel.person.AddressHash;
import org.consentledger.kernel.person.CommandAnswer;
import org.consentledger.kernel.person.CommandRejected;
import org.consentledger.kernel.person.PersonCommand;
import org.consentledger.kernel.person.PersonCommand.SendEmail;
import org.consentledger.kernel.person.UnsubscribeReason;
import org.jspecify.annotations.Nullable;

/**
 * Dispatches commands to the write side. An implementation MUST return only after the events of the command are
 * durable. Methods block the calling thread and MAY be called by many threads at once.
 */
public interface CommandDispatcher {

    /**
     * Carries out one command and returns the version of the person after it. When another transaction changes the
     * person meanwhile, the implementation MUST retry the command on the new state.
     *
     * @throws CommandRejected if a rule doesn't allow the command; nothing was recorded, except for the refusal of an
     *     e-mail
     * @throws org.springframework.dao.OptimisticLockingFailureException if each retry has met a conflict; nothing was
     *     recorded
     */
    CommandAnswer send(PersonCommand command, Envelope envelope);

    /**
     * Opts an address out: unsubscribes its holder, or suppresses the address if it has no holder. It returns nothing,
     * because an answer would tell which of the two happened.
     *
     * @param email a well-formed address
     */
    void unsubscribe(String email, @Nullable UnsubscribeReason reason, Envelope envelope);

    /**
     * Opts out an address of which only the keyed hash is known, as {@link #unsubscribe(String, UnsubscribeReason,
     * Envelope)} does.
     *
     * @param comment kept only if the address has a holder
     */
    void unsubscribe(
            AddressHash address, @Nullable UnsubscribeReason reason, @Nullable String comment, Envelope envelope);

    /**
     * Returns the answer, unless the command was to send an e-mail and the answer is a refusal.
     *
     * @throws CommandRejected if the answer is the refusal of an e-mail
     */
    static CommandAnswer unlessRefused(PersonCommand command, CommandAnswer answer) {
        if (answer.refusal() != null && command instanceof SendEmail) {
            throw new CommandRejected(answer.refusal().rule(), answer.refusal().detail());
        }
        return answer;
    }
}
