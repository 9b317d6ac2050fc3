package org.consentledger.command.address;

import static org.axonframework.modelling.command.AggregateCreationPolicy.CREATE_IF_MISSING;

import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.AggregateLifecycle;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.spring.stereotype.Aggregate;
import org.consentledger.command.registers.Registers;
import org.consentledger.kernel.person.AddressCommand.SuppressAddress;
import org.consentledger.kernel.person.AddressEvent;
import org.consentledger.kernel.person.AddressEvent.AddressSuppressed;
import org.consentledger.kernel.person.AddressHash;
import org.consentledger.kernel.person.CommandRejected;
import org.consentledger.kernel.person.CommandRejected.Rule;
import org.jspecify.annotations.Nullable;

/**
 * The stream of an address without a holder, named by its keyed hash. The register, not this stream, tells whether the
 * address is suppressed: a person may have had the address meanwhile, and have opted out and in again.
 */
@Aggregate(type = "Address")
class AddressAggregate {

    @AggregateIdentifier
    @SuppressWarnings("UnusedVariable") // read by Axon
    private @Nullable AddressHash address;

    AddressAggregate() {} // for Axon

    @CommandHandler
    @CreationPolicy(CREATE_IF_MISSING)
    void handle(SuppressAddress command, Registers registers) {
        var identities = registers.lock(command.address());
        var holder = identities.holderOfAddress(command.address());
        if (holder != null) {
            throw new CommandRejected(Rule.ADDRESS_MOVED, "A person has that address by now", holder);
        }
        if (!identities.isSuppressed(command.address())) {
            AggregateLifecycle.apply(new AddressSuppressed(command.address(), command.reason(), command.at()));
        }
    }

    @EventSourcingHandler
    void on(AddressEvent event) {
        address = event.address();
    }
}
