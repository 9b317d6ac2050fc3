package org.consentledger.command.gateway;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.axonframework.messaging.MetaData;
import org.jspecify.annotations.Nullable;

/** Converts an {@link Envelope} to Axon's metadata of a command and back. Events inherit its provenance. */
public final class CommandMetaData {

    private static final String EXPECTED_VERSION = "expectedVersion";
    private static final String IDEMPOTENCY_KEY = "idempotencyKey";

    static Map<String, Object> of(Envelope envelope) {
        var metaData = new HashMap<String, Object>(envelope.provenance().toMetaData());
        if (envelope.expectedVersion() != null) {
            metaData.put(EXPECTED_VERSION, envelope.expectedVersion());
        }
        if (envelope.idempotencyKey() != null) {
            metaData.put(IDEMPOTENCY_KEY, envelope.idempotencyKey());
        }
        return metaData;
    }

    /**
     * Returns the metadata of the events: their provenance, and the command that caused them.
     *
     * @param commandId the id of the command
     */
    public static MetaData ofEvents(Envelope envelope, String commandId) {
        return MetaData.from(envelope.provenance().causedBy(commandId).toMetaData());
    }

    /** Returns the version that the sender expects the person to be at, or null. */
    public static @Nullable Long expectedVersion(Map<String, ?> metaData) {
        return (Long) metaData.get(EXPECTED_VERSION);
    }

    static Optional<IdempotencyKey> idempotencyKey(Map<String, ?> metaData) {
        return Optional.ofNullable((IdempotencyKey) metaData.get(IDEMPOTENCY_KEY));
    }

    private CommandMetaData() {}
}
