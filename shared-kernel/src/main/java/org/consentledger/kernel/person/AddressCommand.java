package org.consentledger.kernel.person;

import java.time.Instant;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/** What can be asked about an address that no person has. */
public sealed interface AddressCommand {

    @TargetAggregateIdentifier
    AddressHash address();

    /** The address must not be mailed, whoever will have it. */
    record SuppressAddress(AddressHash address, @Nullable UnsubscribeReason reason, Instant at)
            implements AddressCommand {}
}
