package org.consentledger.query.readmodel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RebuildProgressTest {

    private long now;
    private long head = 3_000_000;
    private final RebuildProgress progress = new RebuildProgress(() -> head, () -> now);

    @BeforeEach
    void begin() {
        progress.begin();
    }

    @Test
    void is_printed_with_a_bar_the_rate_and_the_time_left() {
        after(Duration.ofSeconds(75));

        assertThat(progress.took(1_532_325)).contains("[##########..........] 51 %, 20,431 events/s, 1 min 12 s left");
    }

    @Test
    void is_printed_at_most_every_five_seconds() {
        after(Duration.ofMillis(4_999));
        assertThat(progress.took(1_000)).isEmpty();
        after(Duration.ofMillis(1));
        assertThat(progress.took(1_000))
                .hasValueSatisfying(line -> assertThat(line).contains("] 0 %, 400 events/s, 2 h 4 min left"));
        after(Duration.ofMillis(4_999));
        assertThat(progress.took(1_000)).isEmpty();
    }

    @Test
    void includes_events_that_are_recorded_meanwhile() {
        after(Duration.ofSeconds(10));
        head = 4_000_000;

        assertThat(progress.took(3_000_000))
                .hasValueSatisfying(
                        line -> assertThat(line).contains("[###############.....] 75 %, 300,000 events/s, 3 s left"));
    }

    @Test
    void ends_at_exactly_100_percent_if_positions_have_no_event() {
        after(Duration.ofSeconds(10));
        progress.took(2_000_000);
        progress.reached(head);
        after(Duration.ofSeconds(10));

        assertThat(progress.took(10))
                .hasValueSatisfying(line -> assertThat(line)
                        .contains("[####################] 100 %,")
                        .endsWith("events/s, 0 s left"));
    }

    private void after(Duration duration) {
        now += duration.toNanos();
    }
}
