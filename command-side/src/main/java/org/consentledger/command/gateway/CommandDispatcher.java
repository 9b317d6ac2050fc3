package org.consentledger.command.gateway;

import org.consentledger.kernel.person.AddressHash;
import org.consentledger.kernel.person.CommandAnswer;
import org.consentledger.kernel.person.CommandRejected;
import org.consentledger.kernel.person.PersonCommand;
import org.consentledger.kernel.person.PersonCommand.SendEmail;
import org.consentledger.kernel.person.UnsubscribeReason;
import org.jspecify.annotations.Nullable;

/** Carries commands to the person that they are about. Every answer is durable before it is given. */
public interface CommandDispatcher {

    /**
     * Has one command carried out. A race with another command on the same person is run again on the fresh state.
     *
     * @throws CommandRejected if a rule doesn't allow it; nothing was recorded, but for the refusal of an e-mail
     */
    CommandAnswer send(PersonCommand command, Envelope envelope);

    /**
     * Opts an address out, whoever has it, and also if nobody does. There is no answer, as it would tell which.
     *
     * @param email a well-formed address
     */
    void unsubscribe(String email, @Nullable UnsubscribeReason reason, Envelope envelope);

    /**
     * Opts out an address of which only the keyed hash is known, whoever has it, and also if nobody does.
     *
     * @param comment kept only if somebody has the address
     */
    void unsubscribe(
            AddressHash address, @Nullable UnsubscribeReason reason, @Nullable String comment, Envelope envelope);

    /**
     * The answer to a command, or, where it says why an e-mail must not be sent, that refusal.
     *
     * @throws CommandRejected if it is one
     */
    static CommandAnswer unlessRefused(PersonCommand command, CommandAnswer answer) {
        if (answer.refusal() != null && command instanceof SendEmail) {
            throw new CommandRejected(answer.refusal().rule(), answer.refusal().detail());
        }
        return answer;
    }
}
