package org.consentledger.query.readmodel;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.consentledger.kernel.provenance.Provenance;
import org.jspecify.annotations.Nullable;

/**
 * A fact as the ledger keeps it. The folds know nothing else of the event store.
 *
 * @param event what happened
 * @param stream whom it happened to: a person's id, or the keyed hash of an address
 * @param sequence its place in the stream, from 0
 * @param position its place in the whole ledger
 * @param recordedAt when it was recorded, which is not always when it happened
 */
public record Recorded<E>(
        E event,
        String stream,
        long sequence,
        long position,
        Instant recordedAt,
        Provenance provenance,
        String eventId) {

    public Recorded {
        recordedAt = recordedAt.truncatedTo(ChronoUnit.MICROS);
    }

    /** The same fact if it is of that type, else none. */
    public <T> @Nullable Recorded<T> as(Class<T> type) {
        return type.isInstance(event)
                ? new Recorded<>(type.cast(event), stream, sequence, position, recordedAt, provenance, eventId)
                : null;
    }

    /** The version of the stream once this has happened: the number of its events so far. */
    public long version() {
        return sequence + 1;
    }

    /** Who did it, as the read models show it. */
    public ActorView actor() {
        return ActorView.of(provenance.actor());
    }
}
