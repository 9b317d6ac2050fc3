package org.consentledger.foundation.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.consentledger.kernel.person.PersonEvent.PersonErased;
import org.consentledger.kernel.person.PersonEvent.PersonExported;
import org.consentledger.kernel.person.PersonEvent.SourceSet;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.SourceType;
import org.consentledger.kernel.provenance.Actor;
import org.consentledger.kernel.provenance.Provenance;
import org.consentledger.kernel.provenance.Via;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages of a random ledger equal the same choice among all of its events, whatever the filter. */
class EventPagesTest {

    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
    private static final int APPENDS = 120;
    private static final List<String> ACTORS = List.of("anna", "olga", "otto", "nobody");
    private static final List<Via> VIAS = List.of(Via.API, Via.BULK, Via.IMPORT, Via.LINK);
    private static final List<String> TYPES = List.of("PersonExported", "SourceSet", "PersonErased", "Unheard");

    private static final TestLedger LEDGER = new TestLedger();
    private static final PersonId PERSON = PersonId.random();
    private static List<TrackedEventMessage<?>> all;

    private final List<TrackedEventMessage<?>> read = new ArrayList<>();

    @BeforeAll
    static void play() {
        var random = new Random(30);
        var next = 0L;
        for (int append = 0; append < APPENDS; append++) {
            var events = new ArrayList<DomainEventMessage<?>>();
            for (int count = 1 + random.nextInt(6); count > 0; count--) {
                var metaData = new Provenance(
                                new Actor(ACTORS.get(random.nextInt(3)), "", List.of()),
                                VIAS.get(random.nextInt(3)),
                                "c-" + random.nextInt(2),
                                null)
                        .toMetaData();
                var time = NOON.plus(Duration.ofSeconds(append)).plusMillis(random.nextInt(5_000));
                events.add(new GenericDomainEventMessage<>(
                        "Person",
                        PERSON.toString(),
                        next++,
                        event(random),
                        metaData,
                        UUID.randomUUID().toString(),
                        time));
            }
            LEDGER.engine.appendEvents(events);
        }
        all = LEDGER.readAfter(null);
    }

    private static Object event(Random random) {
        return switch (random.nextInt(20)) {
            case 0 -> new PersonErased(PERSON, "asked for it", NOON);
            case 1, 2, 3 -> new SourceSet(PERSON, Source.of(SourceType.IMPORT), Source.of(SourceType.CRM_SYNC), NOON);
            default -> new PersonExported(PERSON, UUID.randomUUID(), NOON);
        };
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void hold_the_selected_events_in_both_directions(long seed) {
        var random = new Random(seed);
        for (int time = 0; time < 40; time++) {
            var filter = new EventFilter(
                    choice(random, ACTORS),
                    choice(random, VIAS),
                    choice(random, TYPES),
                    choice(random, instants(random)),
                    choice(random, instants(random)));
            var selected = all.stream()
                    .filter(event -> selects(filter, event))
                    .map(EventPagesTest::positionOf)
                    .toList();
            var limit = 1 + random.nextInt(20);

            assertThat(positions(filter, false, limit)).as(filter.toString()).isEqualTo(selected);
            assertThat(positions(filter, true, limit).reversed())
                    .as(filter.toString())
                    .isEqualTo(selected);
        }
    }

    @Test
    void of_one_stream_hold_its_events_in_both_directions() {
        var own = all.stream().map(EventPagesTest::positionOf).toList();
        var other = PersonId.random();

        assertThat(LEDGER.engine.readPage(PERSON.toString(), own.get(9), false, 20))
                .extracting(EventPagesTest::positionOf)
                .isEqualTo(own.subList(10, 30));
        assertThat(LEDGER.engine.readPage(PERSON.toString(), own.get(9), true, 20))
                .extracting(EventPagesTest::positionOf)
                .isEqualTo(own.subList(0, 9).reversed());
        assertThat(LEDGER.engine.readPage(other.toString(), 0, false, 20)).isEmpty();
    }

    @Test
    void a_time_is_found_by_the_position_before_it_also_where_positions_are_missing() {
        var ledger = new TestLedger();
        assertThat(LedgerEngine.positionOf(ledger.engine.createTokenAt(NOON))).isZero();
        for (int number = 0; number < 20; number++) {
            ledger.engine.appendEvents(List.of(new GenericDomainEventMessage<>(
                    "Person",
                    PERSON.toString(),
                    number,
                    new PersonExported(PERSON, UUID.randomUUID(), NOON),
                    java.util.Map.of(),
                    UUID.randomUUID().toString(),
                    NOON.plusSeconds(number))));
        }
        PostgresForTests.asOwner(ledger.jdbc)
                .update("DELETE FROM event WHERE position % 3 = 0 OR position IN (10, 11)");

        for (int number = -1; number <= 20; number++) {
            var at = NOON.plusSeconds(number);
            assertThat(ledger.readAfter(ledger.engine.createTokenAt(at)))
                    .extracting(TrackedEventMessage::getTimestamp)
                    .containsExactlyElementsOf(ledger.readAfter(null).stream()
                            .map(TrackedEventMessage::getTimestamp)
                            .filter(time -> !time.isBefore(at))
                            .toList());
        }
    }

    private List<Long> positions(EventFilter filter, boolean descending, int limit) {
        read.clear();
        var position = descending ? Long.MAX_VALUE : 0;
        List<TrackedEventMessage<?>> page;
        do {
            page = LEDGER.engine.readPage(filter, position, descending, limit);
            read.addAll(page);
            position = page.isEmpty() ? position : positionOf(page.getLast());
        } while (page.size() == limit);
        return read.stream().map(EventPagesTest::positionOf).toList();
    }

    private static boolean selects(EventFilter filter, TrackedEventMessage<?> event) {
        var provenance = Provenance.of(event.getMetaData());
        return (filter.actor() == null || provenance.actor().id().equals(filter.actor()))
                && (filter.via() == null || provenance.via() == filter.via())
                && (filter.type() == null
                        || event.getPayload().getClass().getSimpleName().equals(filter.type()))
                && (filter.from() == null || !event.getTimestamp().isBefore(filter.from()))
                && (filter.to() == null || !event.getTimestamp().isAfter(filter.to()));
    }

    private static List<Instant> instants(Random random) {
        return List.of(
                all.get(random.nextInt(all.size())).getTimestamp(),
                NOON.plusMillis(random.nextInt(APPENDS * 1000)),
                Instant.MIN,
                Instant.MAX);
    }

    private static <T> @Nullable T choice(Random random, List<T> among) {
        return random.nextInt(3) > 0 ? null : among.get(random.nextInt(among.size()));
    }

    private static long positionOf(TrackedEventMessage<?> event) {
        return LedgerEngine.positionOf(event.trackingToken());
    }
}
