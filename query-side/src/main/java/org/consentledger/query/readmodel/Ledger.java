package org.consentledger.query.readmodel;

import java.util.function.Consumer;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.consentledger.foundation.store.LedgerEngine;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.provenance.Provenance;
import org.springframework.stereotype.Component;

/**
 * Reads facts from the event store, past Axon's processors: whole histories for looks into the past and for healing.
 */
@Component
public class Ledger {

    private final LedgerEngine engine;

    Ledger(LedgerEngine engine) {
        this.engine = engine;
    }

    /** Hands over a person's facts in their order, from a sequence number on, without holding them all. */
    public void history(PersonId person, long firstSequence, Consumer<Recorded<PersonEvent>> facts) {
        var next = firstSequence;
        var page = engine.readHistory(person.toString(), next);
        while (!page.isEmpty()) {
            for (var message : page) {
                var fact = recorded(message).as(PersonEvent.class);
                if (fact != null) {
                    facts.accept(fact);
                }
            }
            next += page.size();
            page = engine.readHistory(person.toString(), next);
        }
    }

    /** The position of the last event, 0 in an empty ledger. */
    long headPosition() {
        return engine.headPosition();
    }

    /** A message as the folds know it. */
    static Recorded<?> recorded(EventMessage<?> message) {
        if (message instanceof DomainEventMessage<?> event && message instanceof TrackedEventMessage<?> tracked) {
            return new Recorded<>(
                    message.getPayload(),
                    event.getAggregateIdentifier(),
                    event.getSequenceNumber(),
                    LedgerEngine.positionOf(tracked.trackingToken()),
                    message.getTimestamp(),
                    Provenance.of(message.getMetaData()),
                    message.getIdentifier());
        }
        throw new IllegalArgumentException("Not from the ledger: " + message.getIdentifier());
    }
}
