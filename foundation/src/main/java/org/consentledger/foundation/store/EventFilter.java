package org.consentledger.foundation.store;

import java.time.Instant;
import org.consentledger.kernel.provenance.Via;
import org.jspecify.annotations.Nullable;

/**
 * Selects events of the whole ledger. A component that is null selects all of them.
 *
 * @param actor the id of the actor who issued the command
 * @param via the channel by which the command came in
 * @param type the stored name of the event type; an unknown name selects no events
 * @param from the first time of recording, to the microsecond
 * @param to the last time of recording, to the microsecond
 */
public record EventFilter(
        @Nullable String actor,
        @Nullable Via via,
        @Nullable String type,
        @Nullable Instant from,
        @Nullable Instant to) {}
