package org.consentledger.command.pipeline;

import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.modelling.command.AggregateNotFoundException;
import org.consentledger.command.gateway.CommandDispatcher;
import org.consentledger.command.gateway.CommandMetaData;
import org.consentledger.command.gateway.Envelope;
import org.consentledger.command.work.OptOut;
import org.consentledger.foundation.privacy.LookupHash;
import org.consentledger.kernel.person.AddressHash;
import org.consentledger.kernel.person.CommandAnswer;
import org.consentledger.kernel.person.CommandRejected;
import org.consentledger.kernel.person.PersonCommand;
import org.consentledger.kernel.person.UnsubscribeReason;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;

/** Dispatches one command at a time through Axon's command gateway, and retries on conflicts. */
@Component
@Qualifier("oneByOne")
class AxonCommandDispatcher implements CommandDispatcher {

    private final CommandGateway gateway;
    private final Pipeline pipeline;
    private final LookupHash hash;
    private final Clock clock;

    AxonCommandDispatcher(CommandGateway gateway, Pipeline pipeline, LookupHash hash, Clock clock) {
        this.gateway = gateway;
        this.pipeline = pipeline;
        this.hash = hash;
        this.clock = clock;
    }

    @Override
    public CommandAnswer send(PersonCommand command, Envelope envelope) {
        return CommandDispatcher.unlessRefused(command, Retry.onConflict(() -> dispatch(command, envelope)));
    }

    private CommandAnswer dispatch(PersonCommand command, Envelope envelope) {
        var message = new GenericCommandMessage<>(command);
        try {
            CommandAnswer answer = gateway.sendAndWait(
                    message.andMetaData(CommandMetaData.of(envelope.causedBy(message.getIdentifier()))));
            return Objects.requireNonNull(answer, "a person's handler always answers");
        } catch (AggregateNotFoundException unknown) {
            throw CommandRejected.unknownPerson();
        }
    }

    @Override
    public void unsubscribe(String email, @Nullable UnsubscribeReason reason, Envelope envelope) {
        unsubscribe(hash.ofEmail(email), reason, null, envelope);
    }

    /**
     * {@inheritDoc} It calls the pipeline without Axon. Axon routes a command by the id of its person, and the pipeline
     * finds that person only after it has locked the address.
     */
    @Override
    public void unsubscribe(
            AddressHash address, @Nullable UnsubscribeReason reason, @Nullable String comment, Envelope envelope) {
        var request = new Request(
                OptOut.of(address, reason, comment, clock.instant()),
                envelope.causedBy(UUID.randomUUID().toString()));
        Retry.onConflict(() -> pipeline.carryOut(List.of(request)).getFirst()).answer();
    }
}
