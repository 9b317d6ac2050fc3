package org.consentledger.foundation.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.serialization.upcasting.event.EventUpcasterChain;
import org.consentledger.foundation.store.LedgerEngine.EventRange;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonEvent.PersonRegistered;
import org.consentledger.kernel.person.PersonEvent.SourceSet;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.SourceType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.PreparedStatementCreator;
import org.springframework.jdbc.core.PreparedStatementSetter;
import org.springframework.jdbc.core.ResultSetExtractor;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** Reads the histories of many people with one query. */
class ReadManyHistoriesTest {

    private static final Instant NOON = Instant.parse("2026-11-02T12:00:00Z");
    private static final int LONGEST = 12;

    private static TestLedger ledger;
    private static final Map<PersonId, Long> VERSIONS = new HashMap<>();

    @BeforeAll
    static void thirty_people_live_side_by_side() {
        ledger = new TestLedger();
        var random = new Random(11);
        var people = new ArrayList<PersonId>();
        for (int number = 0; number < 30; number++) {
            people.add(PersonId.random());
        }
        ledger.keys.create(people);
        for (int number = 0; number < 150; number++) {
            var person = people.get(random.nextInt(people.size()));
            var version = VERSIONS.getOrDefault(person, 0L);
            if (version < LONGEST) {
                ledger.append(version, next(person, version));
                VERSIONS.put(person, version + 1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, LONGEST + 1, 40, 1000})
    void pages_by_aggregate_hold_all_events_in_order_per_person(int pageSize) {
        var read = pages(ledger.engine.headPosition(), pageSize).stream()
                .flatMap(List::stream)
                .toList();

        assertThat(read)
                .extracting(EventMessage::getIdentifier)
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(ledger.readAfter(null).stream()
                        .map(EventMessage::getIdentifier)
                        .toList());
        var next = new HashMap<String, Long>();
        for (var message : read) {
            var event = (DomainEventMessage<?>) message;
            assertThat(event.getSequenceNumber()).isEqualTo(next.getOrDefault(event.getAggregateIdentifier(), 0L));
            next.put(event.getAggregateIdentifier(), event.getSequenceNumber() + 1);
        }
    }

    @Test
    void a_history_that_fits_into_a_page_is_not_split() {
        var seen = new HashSet<String>();
        for (var page : pages(ledger.engine.headPosition(), LONGEST + 1)) {
            var inPage = new HashSet<String>();
            page.forEach(message -> inPage.add(((DomainEventMessage<?>) message).getAggregateIdentifier()));
            assertThat(inPage).noneMatch(seen::contains);
            seen.addAll(inPage);
        }
        assertThat(seen).hasSize(VERSIONS.size());
    }

    @Test
    void pages_by_aggregate_end_at_a_position() {
        var half = ledger.engine.headPosition() / 2;

        assertThat(pages(half, 10).stream().flatMap(List::stream).toList())
                .hasSize((int) half)
                .allMatch(message -> LedgerEngine.positionOf(message.trackingToken()) <= half);
    }

    @Test
    void a_range_holds_the_events_between_two_versions() {
        var between = VERSIONS.entrySet().stream()
                .map(entry -> new EventRange(entry.getKey().toString(), 1, entry.getValue() - 1))
                .toList();

        assertThat(ledger.engine.readRanges(between, Set.of()))
                .extracting(message -> LedgerEngine.positionOf(message.trackingToken()))
                .containsExactlyInAnyOrderElementsOf(ledger.readAfter(null).stream()
                        .filter(message -> {
                            var event = (DomainEventMessage<?>) message;
                            var last = VERSIONS.get(PersonId.of(event.getAggregateIdentifier())) - 1;
                            return event.getSequenceNumber() > 0 && event.getSequenceNumber() < last;
                        })
                        .map(message -> LedgerEngine.positionOf(message.trackingToken()))
                        .toList());
        assertThat(ledger.engine.readRanges(between, Set.of(SourceSet.class))).isEmpty();
    }

    @Test
    void two_queries_read_all_histories_and_no_ids_need_no_query() {
        var queries = new AtomicInteger();
        var counted = LedgerEngine.over(
                new JdbcTemplate(ledger.dataSource) {
                    @Override
                    public <T> T query(
                            PreparedStatementCreator statement,
                            PreparedStatementSetter values,
                            ResultSetExtractor<T> rows) {
                        queries.incrementAndGet();
                        return super.query(statement, values, rows);
                    }
                },
                new JdbcTransactionManager(ledger.dataSource),
                ledger.serializer,
                ledger.keys,
                List.of(),
                new EventUpcasterChain(),
                1000);
        var allPeople = VERSIONS.keySet().stream().map(PersonId::toString).toList();

        assertThat(counted.readEvents(allPeople)).hasSameSizeAs(allPeople);
        assertThat(counted.readEvents(List.of())).isEmpty();

        assertThat(queries).as("the events, and their provenance").hasValue(2);
    }

    @Test
    void an_id_given_twice_yields_each_event_once() {
        var person = VERSIONS.keySet().iterator().next();

        assertThat(ledger.engine.readEvents(List.of(person.toString(), person.toString())))
                .hasSize(1)
                .allSatisfy((id, history) -> assertThat(history).hasSize(Math.toIntExact(VERSIONS.get(person))));
    }

    private static List<List<TrackedEventMessage<?>>> pages(long position, int pageSize) {
        var pages = new ArrayList<List<TrackedEventMessage<?>>>();
        var page = ledger.engine.readByAggregate(null, position, pageSize);
        while (!page.isEmpty()) {
            pages.add(page);
            page = ledger.engine.readByAggregate((DomainEventMessage<?>) page.getLast(), position, pageSize);
        }
        return pages;
    }

    private static PersonEvent next(PersonId person, long version) {
        if (version == 0) {
            var contact = ContactData.NONE.with(ContactField.EMAILS, List.of(person + "@example.org"));
            return new PersonRegistered(person, contact, Source.of(SourceType.IMPORT), NOON);
        }
        return new SourceSet(person, Source.of(SourceType.OTHER), Source.of(SourceType.IMPORT), NOON);
    }
}
