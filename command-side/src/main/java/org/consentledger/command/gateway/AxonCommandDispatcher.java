package org.consentledger.command.gateway;

import java.time.Clock;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.modelling.command.AggregateNotFoundException;
import org.axonframework.modelling.command.ConcurrencyException;
import org.consentledger.command.registers.Registers;
import org.consentledger.kernel.person.AddressCommand.SuppressAddress;
import org.consentledger.kernel.person.AddressHash;
import org.consentledger.kernel.person.CommandAnswer;
import org.consentledger.kernel.person.CommandRejected;
import org.consentledger.kernel.person.CommandRejected.Rule;
import org.consentledger.kernel.person.PersonCommand;
import org.consentledger.kernel.person.PersonCommand.Unsubscribe;
import org.consentledger.kernel.person.UnsubscribeReason;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.stereotype.Component;

/** Dispatches one command at a time through Axon's command gateway, and retries on conflicts. */
@Component
@Qualifier("oneByOne")
class AxonCommandDispatcher implements CommandDispatcher {

    /** Each conflict means that another command was carried out, so the ledger as a whole makes progress. */
    private static final int ATTEMPTS = 20;

    /** Retries when the address has changed hands meanwhile: the retry looks its holder up again. */
    private static final Set<Rule> NOT_THE_HOLDER_ANY_MORE = Set.of(Rule.ADDRESS_MOVED, Rule.PERSON_ERASED);

    private final CommandGateway gateway;
    private final Registers registers;
    private final Clock clock;

    AxonCommandDispatcher(CommandGateway gateway, Registers registers, Clock clock) {
        this.gateway = gateway;
        this.registers = registers;
        this.clock = clock;
    }

    @Override
    public CommandAnswer send(PersonCommand command, Envelope envelope) {
        return CommandDispatcher.unlessRefused(
                command,
                Objects.requireNonNull(
                        retryOnConflict(() -> dispatch(command, envelope), Set.of(Rule.ADDRESS_MOVED)),
                        "a person's handler always answers"));
    }

    @Override
    public void unsubscribe(String email, @Nullable UnsubscribeReason reason, Envelope envelope) {
        unsubscribe(registers.hashOf(email), reason, null, envelope);
    }

    @Override
    public void unsubscribe(
            AddressHash address, @Nullable UnsubscribeReason reason, @Nullable String comment, Envelope envelope) {
        retryOnConflict(
                () -> {
                    var at = clock.instant();
                    var holder = registers.holderOf(address);
                    return dispatch(
                            holder.isPresent()
                                    ? new Unsubscribe(holder.get(), reason, comment, address, at)
                                    : new SuppressAddress(address, reason, at),
                            envelope);
                },
                NOT_THE_HOLDER_ANY_MORE);
    }

    private @Nullable CommandAnswer dispatch(Object command, Envelope envelope) {
        try {
            return gateway.sendAndWait(new GenericCommandMessage<>(command, CommandMetaData.of(envelope)));
        } catch (AggregateNotFoundException unknown) {
            throw CommandRejected.unknownPerson();
        }
    }

    /** @param passing the rules whose rejection is a conflict with another command, so that a retry can succeed */
    private static @Nullable CommandAnswer retryOnConflict(
            Supplier<@Nullable CommandAnswer> attempt, Set<Rule> passing) {
        RuntimeException last = new IllegalStateException("not tried");
        for (int number = 0; number < ATTEMPTS; number++) {
            try {
                return attempt.get();
            } catch (ConcurrencyException overtaken) {
                last = overtaken;
            } catch (CommandRejected rejected) {
                if (!passing.contains(rejected.rule())) {
                    throw rejected;
                }
                last = rejected;
            }
        }
        throw new OptimisticLockingFailureException("The command met a conflict " + ATTEMPTS + " times", last);
    }
}
