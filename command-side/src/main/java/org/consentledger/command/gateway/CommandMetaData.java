package org.consentledger.command.gateway;

import java.util.HashMap;
import java.util.Map;
import org.consentledger.kernel.provenance.Provenance;

/** Converts an {@link Envelope} to Axon's metadata of a command and back. */
public final class CommandMetaData {

    private static final String EXPECTED_VERSION = "expectedVersion";
    private static final String IDEMPOTENCY_KEY = "idempotencyKey";

    /** Returns the metadata of a command. */
    public static Map<String, Object> of(Envelope envelope) {
        var metaData = new HashMap<String, Object>(envelope.provenance().toMetaData());
        if (envelope.expectedVersion() != null) {
            metaData.put(EXPECTED_VERSION, envelope.expectedVersion());
        }
        if (envelope.idempotencyKey() != null) {
            metaData.put(IDEMPOTENCY_KEY, envelope.idempotencyKey());
        }
        return metaData;
    }

    /** Returns the envelope that {@link #of} has converted. */
    public static Envelope envelopeIn(Map<String, ?> metaData) {
        return new Envelope(Provenance.of(metaData), (Long) metaData.get(EXPECTED_VERSION), (IdempotencyKey)
                metaData.get(IDEMPOTENCY_KEY));
    }

    private CommandMetaData() {}
}
