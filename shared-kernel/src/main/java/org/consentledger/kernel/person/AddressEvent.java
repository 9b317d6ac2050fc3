package org.consentledger.kernel.person;

import java.time.Instant;
import org.axonframework.serialization.Revision;
import org.jspecify.annotations.Nullable;

/**
 * The events of an e-mail address that belongs to no person. The keyed hash of the address is the name of its stream.
 */
public sealed interface AddressEvent {

    AddressHash address();

    Instant at();

    /** The address must not be mailed, also after a person gets it. */
    @Revision("1")
    record AddressSuppressed(AddressHash address, @Nullable UnsubscribeReason reason, Instant at)
            implements AddressEvent {}
}
