package org.consentledger.kernel.person;

import java.time.Instant;
import org.axonframework.serialization.Revision;
import org.jspecify.annotations.Nullable;

/** What has happened to an address that no person has. Its stream is named by the keyed hash alone. */
public sealed interface AddressEvent {

    AddressHash address();

    Instant at();

    /** The address must not be mailed, whoever will have it. */
    @Revision("1")
    record AddressSuppressed(AddressHash address, @Nullable UnsubscribeReason reason, Instant at)
            implements AddressEvent {}
}
