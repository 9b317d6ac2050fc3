package org.consentledger.kernel.person;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The commands about an e-mail address that belongs to no person. */
public sealed interface AddressCommand extends Command {

    AddressHash address();

    /** Forbid mailing the address, also after a person gets it. */
    record SuppressAddress(AddressHash address, @Nullable UnsubscribeReason reason, Instant at)
            implements AddressCommand {}
}
