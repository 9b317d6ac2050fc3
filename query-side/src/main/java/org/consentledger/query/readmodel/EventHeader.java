package org.consentledger.query.readmodel;

import org.axonframework.eventhandling.DomainEventMessage;

/**
 * The part of an event that a batch needs before it reads the payload.
 *
 * @param stream the id of the person, or the keyed hash of the address
 * @param sequence the place of the event in its stream, from 0
 * @param kind the class of the payload
 */
public record EventHeader(String stream, long sequence, Class<?> kind) {

    static EventHeader of(DomainEventMessage<?> message) {
        return new EventHeader(message.getAggregateIdentifier(), message.getSequenceNumber(), message.getPayloadType());
    }
}
