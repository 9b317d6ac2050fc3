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

/** Sends commands through Axon, and again where somebody else was faster. */
@Component
@Qualifier("oneByOne")
class AxonCommands implements Commands {

    /** Each lost race means that somebody else's command was carried out, so the ledger gets on all the same. */
    private static final int ATTEMPTS = 20;

    /** Who had an address is no answer to who opts it out: the next look finds who has it now, or nobody. */
    private static final Set<Rule> NOT_THE_HOLDER_ANY_MORE = Set.of(Rule.ADDRESS_MOVED, Rule.PERSON_ERASED);

    private final CommandGateway gateway;
    private final Registers registers;
    private final Clock clock;

    AxonCommands(CommandGateway gateway, Registers registers, Clock clock) {
        this.gateway = gateway;
        this.registers = registers;
        this.clock = clock;
    }

    @Override
    public CommandAnswer send(PersonCommand command, Envelope envelope) {
        return Commands.unlessRefused(
                command,
                Objects.requireNonNull(
                        untilNotOvertaken(() -> dispatch(command, envelope), Set.of(Rule.ADDRESS_MOVED)),
                        "a person's handler always answers"));
    }

    @Override
    public void unsubscribe(String email, @Nullable UnsubscribeReason reason, Envelope envelope) {
        unsubscribe(registers.hashOf(email), reason, null, envelope);
    }

    @Override
    public void unsubscribe(
            AddressHash address, @Nullable UnsubscribeReason reason, @Nullable String comment, Envelope envelope) {
        untilNotOvertaken(
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

    /** @param passing the rules by which a command is refused only because somebody else was faster */
    private static @Nullable CommandAnswer untilNotOvertaken(
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
        throw new OptimisticLockingFailureException("Overtaken by others " + ATTEMPTS + " times", last);
    }
}
