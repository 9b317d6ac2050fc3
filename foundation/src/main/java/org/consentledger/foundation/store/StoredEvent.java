package org.consentledger.foundation.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import org.axonframework.eventhandling.DomainEventData;
import org.axonframework.serialization.SerializedMetaData;
import org.axonframework.serialization.SerializedObject;
import org.axonframework.serialization.SimpleSerializedObject;

/**
 * A row of the tables {@code event} and {@code snapshot}. It replaces Axon's class, which converts the timestamp to
 * text and back: a tenth of the cost of reading an event.
 */
record StoredEvent(
        String eventIdentifier,
        String type,
        String aggregateIdentifier,
        long sequenceNumber,
        SerializedObject<byte[]> payload,
        SerializedObject<byte[]> metaData,
        Instant timestamp)
        implements DomainEventData<byte[]> {

    /** The columns, in the order in which {@link #of} reads them and the inserts write them. */
    static final String COLUMNS = "event_id, aggregate_type, aggregate_id, sequence_number,"
            + " payload_type, payload_revision, payload, meta_data, recorded_at";

    static StoredEvent of(ResultSet row) throws SQLException {
        return new StoredEvent(
                row.getString("event_id"),
                row.getString("aggregate_type"),
                row.getString("aggregate_id"),
                row.getLong("sequence_number"),
                new SimpleSerializedObject<>(
                        row.getBytes("payload"),
                        byte[].class,
                        row.getString("payload_type"),
                        row.getString("payload_revision")),
                new SerializedMetaData<>(row.getBytes("meta_data"), byte[].class),
                row.getTimestamp("recorded_at").toInstant());
    }

    @Override
    public String getEventIdentifier() {
        return eventIdentifier;
    }

    @Override
    public String getType() {
        return type;
    }

    @Override
    public String getAggregateIdentifier() {
        return aggregateIdentifier;
    }

    @Override
    public long getSequenceNumber() {
        return sequenceNumber;
    }

    @Override
    public Instant getTimestamp() {
        return timestamp;
    }

    @Override
    public SerializedObject<byte[]> getPayload() {
        return payload;
    }

    @Override
    public SerializedObject<byte[]> getMetaData() {
        return metaData;
    }
}
