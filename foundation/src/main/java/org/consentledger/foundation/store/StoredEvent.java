package org.consentledger.foundation.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.UUID;
import org.axonframework.eventhandling.DomainEventData;
import org.axonframework.messaging.MetaData;
import org.axonframework.serialization.SerializedObject;
import org.axonframework.serialization.SimpleSerializedObject;
import org.axonframework.serialization.SimpleSerializedType;

/**
 * A row of the table {@code event}, as Axon reads it.
 *
 * <p>The table is compact. The row has no id of its own: {@link #getEventIdentifier} derives it from stream and
 * version. The stored payload has no person id, because the stream is that id; {@link #compact} removes the id from the
 * JSON and {@link #complete} puts it back.
 *
 * @param stream the person's id, or the first half of an address's keyed hash
 * @param version the number of events of the stream up to this one, so 1 for the first
 * @param payload the complete JSON, with the stored name and the revision of its type
 * @param provenance the id of the row in the table {@code provenance}
 * @param metaData the content of that row
 */
record StoredEvent(
        long position,
        Instant recordedAt,
        UUID stream,
        int version,
        SerializedObject<byte[]> payload,
        long provenance,
        MetaData metaData)
        implements DomainEventData<Object> {

    /** The columns that {@link #of} reads. */
    static final String COLUMNS = "position, recorded_at, stream, version, type, revision, payload, provenance";

    private static final byte[] BEFORE_PERSON = "{\"personId\":\"".getBytes(US_ASCII);
    private static final int UUID_LENGTH = 36;
    private static final int PERSON_LENGTH = BEFORE_PERSON.length + UUID_LENGTH + 2; // with the quote and the comma
    private static final SimpleSerializedType META_DATA = new SimpleSerializedType(MetaData.class.getName(), null);

    /** Reads a row; its metadata are still missing. */
    static StoredEvent of(ResultSet row, EventTypes types) throws SQLException {
        var stream = row.getObject("stream", UUID.class);
        var type = types.nameOf(row.getShort("type"));
        var json = row.getBytes("payload");
        return new StoredEvent(
                row.getLong("position"),
                row.getObject("recorded_at", OffsetDateTime.class).toInstant(),
                stream,
                row.getInt("version"),
                new SimpleSerializedObject<>(
                        EventTypes.isAboutPerson(type) ? complete(stream, json) : json,
                        byte[].class,
                        type,
                        row.getString("revision")),
                row.getLong("provenance"),
                MetaData.emptyInstance());
    }

    StoredEvent with(MetaData known) {
        return new StoredEvent(position, recordedAt, stream, version, payload, provenance, known);
    }

    boolean isAboutPerson() {
        return EventTypes.isAboutPerson(payload.getType().getName());
    }

    /**
     * Returns the stream of an aggregate: the person's UUID, or the first 128 bits of an address's keyed hash.
     *
     * @throws IllegalArgumentException if the identifier is neither
     */
    static UUID streamOf(String aggregateIdentifier) {
        if (aggregateIdentifier.length() == UUID_LENGTH) {
            return UUID.fromString(aggregateIdentifier);
        }
        if (aggregateIdentifier.length() == 64) {
            return new UUID(
                    Long.parseUnsignedLong(aggregateIdentifier, 0, 16, 16),
                    Long.parseUnsignedLong(aggregateIdentifier, 16, 32, 16));
        }
        throw new IllegalArgumentException("Neither a UUID nor a keyed hash names the stream");
    }

    /** Returns the JSON of an event about a person without the person, who is its first component. */
    static SerializedObject<byte[]> compact(SerializedObject<byte[]> event) {
        var json = event.getData();
        if (!Arrays.equals(json, 0, BEFORE_PERSON.length, BEFORE_PERSON, 0, BEFORE_PERSON.length)) {
            throw new IllegalArgumentException("The person is not the first component of the event");
        }
        var compact = ByteBuffer.allocate(json.length - PERSON_LENGTH + 1);
        compact.put((byte) '{').put(json, PERSON_LENGTH, json.length - PERSON_LENGTH);
        return new SimpleSerializedObject<>(compact.array(), byte[].class, event.getType());
    }

    /** Returns the JSON of an event about a person as it was before {@link #compact}. */
    static byte[] complete(UUID person, byte[] compact) {
        var json = ByteBuffer.allocate(compact.length - 1 + PERSON_LENGTH);
        return json.put(BEFORE_PERSON)
                .put(person.toString().getBytes(US_ASCII))
                .put((byte) '"')
                .put((byte) ',')
                .put(compact, 1, compact.length - 1)
                .array();
    }

    /** {@inheritDoc} Derived from stream and version, so it needs no column and can't differ between readers. */
    @Override
    public String getEventIdentifier() {
        return stream + ":" + version;
    }

    @Override
    public String getType() {
        return isAboutPerson() ? "Person" : "Address";
    }

    @Override
    public String getAggregateIdentifier() {
        return stream.toString();
    }

    @Override
    public long getSequenceNumber() {
        return version - 1L;
    }

    @Override
    public Instant getTimestamp() {
        return recordedAt;
    }

    @Override
    public SerializedObject<Object> getPayload() {
        return untyped(payload);
    }

    /** {@inheritDoc} The metadata are columns, so {@link LedgerSerializer} takes them as they are. */
    @Override
    public SerializedObject<Object> getMetaData() {
        return untyped(new SimpleSerializedObject<>(metaData, MetaData.class, META_DATA));
    }

    @SuppressWarnings("unchecked") // Axon's readers ask each part for its content type
    private static SerializedObject<Object> untyped(SerializedObject<?> part) {
        return (SerializedObject<Object>) part;
    }
}
