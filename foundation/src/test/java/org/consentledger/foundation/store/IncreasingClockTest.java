package org.consentledger.foundation.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.List;
import org.junit.jupiter.api.Test;

class IncreasingClockTest {

    private static final Instant NOON = Instant.parse("2026-11-29T12:00:00Z");

    @Test
    void tells_the_time_of_the_machine_in_whole_microseconds() {
        var clock = over(NOON.plusNanos(1_999), NOON.plusNanos(3_000));

        assertThat(clock.instant()).isEqualTo(NOON.plusNanos(1_000));
        assertThat(clock.instant()).isEqualTo(NOON.plusNanos(3_000));
    }

    @Test
    void goes_on_by_a_microsecond_when_the_clock_of_the_machine_stands_still_or_is_set_back() {
        var clock = over(NOON, NOON, NOON.minusSeconds(60), NOON.plusSeconds(1));

        assertThat(clock.instant()).isEqualTo(NOON);
        assertThat(clock.instant()).isEqualTo(NOON.plusNanos(1_000));
        assertThat(clock.instant()).isEqualTo(NOON.plusNanos(2_000));
        assertThat(clock.instant()).isEqualTo(NOON.plusSeconds(1));
    }

    private static Clock over(Instant... told) {
        var times = new ArrayDeque<>(List.of(told));
        return new IncreasingClock(new Clock() {
            @Override
            public Instant instant() {
                return times.remove();
            }

            @Override
            public ZoneOffset getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
                return Clock.offset(this, Duration.ZERO);
            }
        });
    }
}
