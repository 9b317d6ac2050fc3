package org.consentledger.query.readmodel;

import org.axonframework.eventhandling.DomainEventMessage;

/**
 * What is known of a fact before it is read.
 *
 * @param stream whom it happened to: a person's id, or the keyed hash of an address
 * @param sequence its place in the stream, from 0
 * @param kind what kind of event it is
 */
public record Heading(String stream, long sequence, Class<?> kind) {

    static Heading of(DomainEventMessage<?> message) {
        return new Heading(message.getAggregateIdentifier(), message.getSequenceNumber(), message.getPayloadType());
    }
}
