package org.consentledger.command.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.UUID;
import org.consentledger.kernel.provenance.Provenance;
import org.jspecify.annotations.Nullable;

/**
 * What comes with a command: who sent it and how, and on which conditions it may be carried out.
 *
 * @param expectedVersion the version that the person must be at ({@code If-Match}), if the sender cares
 * @param idempotencyKey under which the answer is kept, if the sender may ask again
 */
public record Envelope(
        Provenance provenance,
        @Nullable Long expectedVersion,
        @Nullable IdempotencyKey idempotencyKey) {

    /**
     * A name for what the request makes: asking again under the same key must name the same, and only the key is there
     * both times.
     */
    public UUID resourceId() {
        return idempotencyKey == null
                ? UUID.randomUUID()
                : UUID.nameUUIDFromBytes(
                        String.join("\n", idempotencyKey.sender(), idempotencyKey.key(), idempotencyKey.fingerprint())
                                .getBytes(UTF_8));
    }

    /** An envelope without conditions. */
    public static Envelope of(Provenance provenance) {
        return new Envelope(provenance, null, null);
    }
}
