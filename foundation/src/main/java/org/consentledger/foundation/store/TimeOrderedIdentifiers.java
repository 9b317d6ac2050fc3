package org.consentledger.foundation.store;

import org.axonframework.common.IdentifierFactory;
import org.consentledger.kernel.identifier.TimeOrderedUuid;

/** Names messages so that the ids of events lie in their index in the order in which they are appended (ADR 27). */
public final class TimeOrderedIdentifiers extends IdentifierFactory {

    @Override
    public String generateIdentifier() {
        return TimeOrderedUuid.next().toString();
    }
}
