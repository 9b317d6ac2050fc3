package org.consentledger.command.person.planted;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;

/** Permitted: the times of the given clock, and durations. */
class ReadsTheInjectedClock {

    private final Clock clock;

    ReadsTheInjectedClock(Clock clock) {
        this.clock = clock;
    }

    Instant instant() {
        return clock.instant();
    }

    LocalDate today() {
        return LocalDate.now(clock);
    }

    long nanoTime() {
        return System.nanoTime();
    }
}
