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
import org.consentledger.foundation.store.LedgerEngine.EventRange;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.provenance.Provenance;
import org.springframework.stereotype.Component;

/**
 * Reads the histories of people straight from the event store, without Axon's event processors. The read models need
 * this for three things: the state of a person at an instant in the past, the events missing in a document ("healing"),
 * and the version of a person.
 *
 * <p>{@link #history} reads one person in pages and holds one page in memory. {@link #read} reads parts of many
 * histories with one query. For example, a batch touches Ada, whose document has version 3 while the batch begins with
 * her event 5, and Ben, whose document has version 0 while the batch begins with his event 2. The caller passes the
 * ranges 3 to 5 and 0 to 2, and one query answers both. Only when the ranges hold {@link #MAX_EVENTS_PER_QUERY} events
 * or more are they divided into several queries.
 *
 * <p>The class has no state, so threads share it without a lock.
 */
@Component
public class Ledger {

    /**
     * The number of events from which on a query is sent. A query exceeds it by no more than one range, as a range is
     * never divided.
     */
    private static final int MAX_EVENTS_PER_QUERY = 10_000;

    private final LedgerEngine engine;

    Ledger(LedgerEngine engine) {
        this.engine = engine;
    }

    /**
     * Passes a person's events to a consumer in their order, from a sequence number on. One page at a time is in
     * memory.
     */
    public void history(PersonId person, long firstSequence, Consumer<Recorded<PersonEvent>> events) {
        var next = firstSequence;
        List<TrackedEventMessage<?>> page;
        do {
            page = engine.readHistory(person.toString(), next);
            for (var message : page) {
                var event = recorded(message).as(PersonEvent.class);
                if (event != null) {
                    events.accept(event);
                }
            }
            next += page.size();
        } while (page.size() == LedgerEngine.HISTORY_PAGE);
    }

    /**
     * Receives one range of a history.
     *
     * <p>The consumer MAY leave the iteration early. An event is deserialised when the iterator reaches it, so an
     * unreadable event throws from there.
     */
    interface HistoryConsumer {
        void take(EventRange stretch, Iterable<Recorded<PersonEvent>> events);
    }

    /**
     * Passes each range of a history to the consumer, also the ranges that hold no event. All ranges are read with one
     * query, unless they are so long that memory should not hold all of them.
     *
     * @param ignored the event types that are left out
     */
    void read(
            Collection<EventRange> stretches,
            Collection<Class<? extends PersonEvent>> ignored,
            HistoryConsumer consumer) {
        var together = new ArrayList<EventRange>();
        var length = 0L;
        for (var stretch : stretches) {
            together.add(stretch);
            length += stretch.to() - stretch.from();
            if (length >= MAX_EVENTS_PER_QUERY) {
                readTogether(together, ignored, consumer);
                together.clear();
                length = 0;
            }
        }
        readTogether(together, ignored, consumer);
    }

    private void readTogether(
            List<EventRange> stretches, Collection<Class<? extends PersonEvent>> ignored, HistoryConsumer consumer) {
        if (stretches.isEmpty()) {
            return;
        }
        var found = new HashMap<String, List<EventMessage<?>>>();
        for (var message : engine.readRanges(stretches, ignored)) {
            var stream = ((DomainEventMessage<?>) message).getAggregateIdentifier();
            found.computeIfAbsent(stream, id -> new ArrayList<>()).add(message);
        }
        for (var stretch : stretches) {
            var messages = found.getOrDefault(stretch.aggregateIdentifier(), List.of());
            consumer.take(
                    stretch,
                    () -> messages.stream()
                            .map(message -> recorded(message).as(PersonEvent.class))
                            .filter(Objects::nonNull)
                            .iterator());
        }
    }

    /** The number of a person's events so far, 0 for an unknown person. */
    public long versionOf(PersonId person) {
        return engine.lastSequenceNumberFor(person.toString())
                .map(last -> last + 1)
                .orElse(0L);
    }

    /** The position of the last event, 0 in an empty ledger. */
    long headPosition() {
        return engine.headPosition();
    }

    /** Converts a message of the event store to the form that the folds take. */
    public static Recorded<?> recorded(EventMessage<?> message) {
        return recorded(message, message.getPayload());
    }

    /** As {@link #recorded(EventMessage)}, with something else in the place of the event. */
    public static <E> Recorded<E> recorded(EventMessage<?> message, E event) {
        if (message instanceof DomainEventMessage<?> ofStream && message instanceof TrackedEventMessage<?> tracked) {
            return new Recorded<>(
                    event,
                    ofStream.getAggregateIdentifier(),
                    ofStream.getSequenceNumber(),
                    LedgerEngine.positionOf(tracked.trackingToken()),
                    message.getTimestamp(),
                    Provenance.of(message.getMetaData()),
                    message.getIdentifier());
        }
        throw new IllegalArgumentException(
                "The message has no stream or no position, so it is not from the ledger: " + message.getIdentifier());
    }
}
