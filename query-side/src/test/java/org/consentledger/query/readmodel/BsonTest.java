package org.consentledger.query.readmodel;

import static java.time.temporal.ChronoUnit.MICROS;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BsonTest {

    private static final long FROM = Instant.parse("0000-01-01T00:00:00Z").getEpochSecond();
    private static final long TO = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

    @ParameterizedTest
    @CsvSource({
        "2026-11-02T09:05:03.000001999Z, 2026-11-02T09:05:03.000001Z",
        "1969-12-31T23:59:59.999999Z, 1969-12-31T23:59:59.999999Z",
        "0007-01-01T00:00:00Z, 0007-01-01T00:00:00.000000Z",
        "2024-02-29T12:30:00.5Z, 2024-02-29T12:30:00.500000Z"
    })
    void an_instant_is_a_text_of_fixed_width(Instant instant, String text) {
        assertThat(Bson.text(instant)).isEqualTo(text);
    }

    @Test
    void texts_read_back_and_sort_like_their_instants() {
        var random = new SplittableRandom(25);
        var instants = Stream.generate(
                        () -> Instant.ofEpochSecond(random.nextLong(FROM, TO), random.nextInt(1_000_000) * 1_000L))
                .limit(2_000)
                .sorted()
                .toList();

        assertThat(instants)
                .allSatisfy(instant -> assertThat(Bson.instant(new Document("at", Bson.text(instant)), "at"))
                        .isEqualTo(instant.truncatedTo(MICROS)));
        assertThat(instants.stream().map(Bson::text)).isSortedAccordingTo(Comparator.naturalOrder());
    }
}
