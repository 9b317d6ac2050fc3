package org.consentledger.command.person;

import java.util.ArrayList;
import java.util.List;
import org.consentledger.command.gateway.CommandDispatcher;
import org.consentledger.command.gateway.Envelope;
import org.consentledger.kernel.person.AddressHash;
import org.consentledger.kernel.person.CommandAnswer;
import org.consentledger.kernel.person.CommandRejected;
import org.consentledger.kernel.person.PersonCommand;
import org.consentledger.kernel.person.UnsubscribeReason;
import org.jspecify.annotations.Nullable;

/** Records each command that a controller sends, and answers version 7 or the refusal that a test has set. */
class RecordingDispatcher implements CommandDispatcher {

    record Sent(PersonCommand command, Envelope envelope) {}

    record AddressSent(String email, @Nullable UnsubscribeReason reason, Envelope envelope) {}

    final List<Sent> sent = new ArrayList<>();
    final List<AddressSent> addresses = new ArrayList<>();
    private @Nullable CommandRejected refusal;

    void forget() {
        sent.clear();
        addresses.clear();
        refusal = null;
    }

    void refuse(CommandRejected.Rule rule) {
        refusal = new CommandRejected(rule, "A rule says no");
    }

    int count() {
        return sent.size() + addresses.size();
    }

    @Override
    public synchronized CommandAnswer send(PersonCommand command, Envelope envelope) {
        sent.add(new Sent(command, envelope));
        if (refusal != null) {
            throw refusal;
        }
        return new CommandAnswer(command.personId(), 7);
    }

    @Override
    public synchronized void unsubscribe(String email, @Nullable UnsubscribeReason reason, Envelope envelope) {
        addresses.add(new AddressSent(email, reason, envelope));
    }

    @Override
    public void unsubscribe(
            AddressHash address, @Nullable UnsubscribeReason reason, @Nullable String comment, Envelope envelope) {
        throw new AssertionError("Only an unsubscribe link names an address by its hash");
    }
}
