package org.consentledger.command.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.UUID;
import org.consentledger.kernel.provenance.Provenance;
import org.jspecify.annotations.Nullable;

/**
 * The sender of a command, and the conditions on which it may be carried out.
 *
 * @param expectedVersion the version that the person must be at ({@code If-Match}), or null for any
 * @param idempotencyKey the key under which the answer is stored, or null if the sender sent none
 */
public record Envelope(
        Provenance provenance,
        @Nullable Long expectedVersion,
        @Nullable IdempotencyKey idempotencyKey) {

    /**
     * Returns the id of the resource that the request creates. A request that is repeated under the same idempotency
     * key gets the same id, so the id is derived from the key; without a key it is random.
     */
    public UUID resourceId() {
        return idempotencyKey == null
                ? UUID.randomUUID()
                : UUID.nameUUIDFromBytes(
                        String.join("\n", idempotencyKey.sender(), idempotencyKey.key(), idempotencyKey.fingerprint())
                                .getBytes(UTF_8));
    }

    /** Returns the same envelope, with the id of the command, which its events will carry. */
    public Envelope causedBy(String commandId) {
        return new Envelope(provenance.causedBy(commandId), expectedVersion, idempotencyKey);
    }

    /** Returns an envelope without conditions. */
    public static Envelope of(Provenance provenance) {
        return new Envelope(provenance, null, null);
    }
}
