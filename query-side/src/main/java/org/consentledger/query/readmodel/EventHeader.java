package org.consentledger.query.readmodel;

import org.axonframework.eventhandling.DomainEventMessage;

/**
 * What is known of a fact before it is read.
 *
 * @param stream whom it happened to: a person's id, or the keyed hash of an address
 * @param sequence its place in the stream, from 0
 * @param kind what kind of event it is
 */
public record EventHeader(String stream, long sequence, Class<?> kind) {

    static EventHeader of(DomainEventMessage<?> message) {
        return new EventHeader(message.getAggregateIdentifier(), message.getSequenceNumber(), message.getPayloadType());
    }
}
