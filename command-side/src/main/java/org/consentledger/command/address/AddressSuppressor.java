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

/** Suppresses many addresses at once, in the transaction at hand. */
@Component
public class AddressSuppressor {

    private final LedgerEngine engine;

    AddressSuppressor(LedgerEngine engine) {
        this.engine = engine;
    }

    /**
     * Records that some addresses must not be mailed. The caller has opened the address book at each of them in this
     * transaction, and found that nobody has it and that it isn't suppressed.
     *
     * @throws ConcurrencyException if somebody else was faster with one of them
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

    /** The event that {@link #suppress} would record of one address, on the same conditions. */
    public DomainEventMessage<?> suppression(AddressHash address, Instant at, MetaData metaData) {
        return new GenericDomainEventMessage<>(
                "Address",
                address.value(),
                engine.lastSequenceNumberFor(address.value()).orElse(-1L) + 1,
                new AddressSuppressed(address, null, at),
                metaData);
    }
}
