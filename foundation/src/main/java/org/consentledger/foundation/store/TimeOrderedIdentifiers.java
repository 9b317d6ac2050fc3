package org.consentledger.foundation.store;

import org.axonframework.common.IdentifierFactory;
import org.consentledger.kernel.identifier.TimeOrderedUuid;

/**
 * Generates message identifiers that grow with time, so that the ids of events are inserted into their index in order
 * (ADR 27).
 */
public final class TimeOrderedIdentifiers extends IdentifierFactory {

    @Override
    public String generateIdentifier() {
        return TimeOrderedUuid.next().toString();
    }
}
