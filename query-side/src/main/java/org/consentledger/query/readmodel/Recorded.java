package org.consentledger.query.readmodel;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.consentledger.kernel.provenance.Provenance;
import org.jspecify.annotations.Nullable;

/**
 * An event with the place and the circumstances of its recording. The folds depend on this record and on no class of
 * the event store.
 *
 * @param event the event itself
 * @param stream the id of the person, or a UUID of the first half of the keyed hash of the address
 * @param sequence the place of the event in its stream, from 0
 * @param position the place of the event in the whole ledger
 * @param recordedAt when the event was recorded, to the microsecond; it may have happened earlier
 * @param eventId Axon's message identifier
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

    /** Returns the same event under the given type, or null if it has another type. */
    public <T> @Nullable Recorded<T> as(Class<T> type) {
        return type.isInstance(event)
                ? new Recorded<>(type.cast(event), stream, sequence, position, recordedAt, provenance, eventId)
                : null;
    }

    /** The version of the stream after this event: the number of its events so far. */
    public long version() {
        return sequence + 1;
    }

    /** The actor who issued the command, as the read models show it. */
    public ActorView actor() {
        return ActorView.of(provenance.actor());
    }
}
