package org.consentledger.command.gateway;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** How an {@link Envelope} travels with a command through Axon: as metadata, of which events inherit the provenance. */
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

    /** The version that the sender expects the person to be at. */
    public static OptionalLong expectedVersion(Map<String, ?> metaData) {
        return metaData.get(EXPECTED_VERSION) instanceof Long version ? OptionalLong.of(version) : OptionalLong.empty();
    }

    static Optional<IdempotencyKey> idempotencyKey(Map<String, ?> metaData) {
        return Optional.ofNullable((IdempotencyKey) metaData.get(IDEMPOTENCY_KEY));
    }

    private CommandMetaData() {}
}
