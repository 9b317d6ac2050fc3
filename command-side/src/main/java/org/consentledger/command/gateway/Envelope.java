package org.consentledger.command.gateway;

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

    /** An envelope without conditions. */
    public static Envelope of(Provenance provenance) {
        return new Envelope(provenance, null, null);
    }
}
