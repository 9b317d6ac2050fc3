package org.consentledger.command.address;

import java.time.Instant;
import java.util.Collection;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.messaging.MetaData;
import org.axonframework.modelling.command.ConcurrencyException;
import org.consentledger.foundation.store.LedgerEngine;
import org.consentledger.kernel.person.AddressEvent.AddressSuppressed;
import org.consentledger.kernel.person.AddressHash;
import org.consentledger.kernel.provenance.Provenance;
import org.springframework.stereotype.Component;

/** Suppresses many addresses in the current transaction. */
@Component
public class AddressSuppressor {

    private final LedgerEngine engine;

    AddressSuppressor(LedgerEngine engine) {
        this.engine = engine;
    }

    /**
     * Records that addresses must not be mailed. The caller MUST have locked each of them in this transaction
     * ({@code Registers.lock}), and found it without a holder and not suppressed.
     *
     * @throws ConcurrencyException if another transaction has suppressed one of them meanwhile
     */
    public void suppress(Collection<AddressHash> addresses, Instant at, Provenance provenance) {
        var metaData = MetaData.from(provenance.toMetaData());
        var events = addresses.stream()
                .map(address -> suppression(address, at, metaData))
                .toList();
        if (!events.isEmpty()) {
            engine.appendEvents(events);
        }
    }

    /** Returns the event that {@link #suppress} would append for one address, on the same conditions. */
    public DomainEventMessage<?> suppression(AddressHash address, Instant at, MetaData metaData) {
        return new GenericDomainEventMessage<>(
                "Address",
                address.value(),
                engine.lastSequenceNumberFor(address.value()).orElse(-1L) + 1,
                new AddressSuppressed(address, null, at),
                metaData);
    }
}
