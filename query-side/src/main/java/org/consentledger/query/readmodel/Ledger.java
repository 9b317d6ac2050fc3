package org.consentledger.query.readmodel;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.consentledger.foundation.store.LedgerEngine;
import org.consentledger.foundation.store.LedgerEngine.Stretch;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.provenance.Provenance;
import org.springframework.stereotype.Component;

/**
 * Reads facts from the event store, past Axon's processors: whole histories for looks into the past and for healing.
 */
@Component
public class Ledger {

    /** How many facts are asked for at once, at most, unless one person alone has more. */
    private static final int AT_ONCE = 10_000;

    private final LedgerEngine engine;

    Ledger(LedgerEngine engine) {
        this.engine = engine;
    }

    /** Hands over a person's facts in their order, from a sequence number on, without holding them all. */
    public void history(PersonId person, long firstSequence, Consumer<Recorded<PersonEvent>> facts) {
        var next = firstSequence;
        List<TrackedEventMessage<?>> page;
        do {
            page = engine.readHistory(person.toString(), next);
            for (var message : page) {
                var fact = recorded(message).as(PersonEvent.class);
                if (fact != null) {
                    facts.accept(fact);
                }
            }
            next += page.size();
        } while (page.size() == LedgerEngine.HISTORY_PAGE);
    }

    /** Somebody who takes in a stretch of a history. The facts are read as they are asked for, one by one. */
    interface HistoryConsumer {
        void take(Stretch stretch, Iterable<Recorded<PersonEvent>> facts);
    }

    /**
     * Hands over what stretches of the histories of different people hold, those without a fact in them too. For all of
     * them one query is sent, unless they are so long that not all should be in memory.
     *
     * @param passedOver kinds of facts that the reader has no use for
     */
    void read(Collection<Stretch> stretches, Collection<Class<? extends PersonEvent>> passedOver, HistoryConsumer reader) {
        var together = new ArrayList<Stretch>();
        var length = 0L;
        for (var stretch : stretches) {
            together.add(stretch);
            length += stretch.to() - stretch.from();
            if (length >= AT_ONCE) {
                readTogether(together, passedOver, reader);
                together.clear();
                length = 0;
            }
        }
        readTogether(together, passedOver, reader);
    }

    private void readTogether(
            List<Stretch> stretches, Collection<Class<? extends PersonEvent>> passedOver, HistoryConsumer reader) {
        if (stretches.isEmpty()) {
            return;
        }
        var found = new HashMap<String, List<EventMessage<?>>>();
        for (var message : engine.readStretches(stretches, passedOver)) {
            var stream = ((DomainEventMessage<?>) message).getAggregateIdentifier();
            found.computeIfAbsent(stream, id -> new ArrayList<>()).add(message);
        }
        for (var stretch : stretches) {
            var messages = found.getOrDefault(stretch.aggregateIdentifier(), List.of());
            reader.take(
                    stretch,
                    () -> messages.stream()
                            .map(message -> recorded(message).as(PersonEvent.class))
                            .filter(Objects::nonNull)
                            .iterator());
        }
    }

    /** The number of a person's facts so far, 0 for somebody unknown. */
    public long versionOf(PersonId person) {
        return engine.lastSequenceNumberFor(person.toString())
                .map(last -> last + 1)
                .orElse(0L);
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
