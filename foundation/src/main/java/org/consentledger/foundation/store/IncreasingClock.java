package org.consentledger.foundation.store;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The time of recording, in whole microseconds, which is what PostgreSQL stores. Each instant is later than the one
 * before. The clock of a machine may be set back or stand still; the time of an event would then lie before, or at, the
 * time of the event that it follows, and the state as of the earlier event would contain the later one.
 */
final class IncreasingClock extends Clock {

    private final Clock machine;
    private final AtomicReference<Instant> last = new AtomicReference<>(Instant.MIN);

    IncreasingClock(Clock machine) {
        this.machine = machine;
    }

    @Override
    public Instant instant() {
        var now = machine.instant().truncatedTo(ChronoUnit.MICROS);
        return last.updateAndGet(before -> now.isAfter(before) ? now : before.plus(1, ChronoUnit.MICROS));
    }

    @Override
    public ZoneId getZone() {
        return machine.getZone();
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return new IncreasingClock(machine.withZone(zone));
    }
}
