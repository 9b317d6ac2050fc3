package org.consentledger.foundation.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.consentledger.kernel.person.AddressEvent.AddressSuppressed;
import org.consentledger.kernel.person.AddressHash;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.PersonEvent.PersonRegistered;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.SourceType;
import org.consentledger.kernel.privacy.Erased;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Readers that are behind together read the ledger once, and nobody is told anything else for that. */
class SharedPagesTest {

    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
    private static final ContactData ADA = ContactData.NONE.with(ContactField.FIRST_NAME, List.of("Ada"));
    private static final int PAGE = 10;

    private final DataSource dataSource = PostgresForTests.newLedger();
    private final TestLedger ledger = new TestLedger(dataSource, PAGE);
    private final TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));

    /** How often a page was asked for. */
    private final AtomicInteger asked = new AtomicInteger();

    private final LedgerEngine engine = LedgerEngine.over(
            new JdbcTemplate(dataSource) {
                @Override
                public <T> List<T> query(String sql, RowMapper<T> mapper, Object... arguments) {
                    asked.incrementAndGet();
                    return super.query(sql, mapper, arguments);
                }
            },
            new JdbcTransactionManager(dataSource),
            ledger.serializer,
            ledger.keys,
            List.of(),
            PAGE);

    @Test
    void who_comes_by_later_is_given_the_full_pages_that_were_read_already_wherever_they_began() {
        append(55);

        assertThat(positionsAfter(0)).isEqualTo(range(1, 55));
        assertThat(asked)
                .as("five full pages, half a one and nothing behind it")
                .hasValue(7);

        assertThat(positionsAfter(3)).isEqualTo(range(4, 55));
        assertThat(asked)
                .as("the rest of the first page, half a one and nothing behind it")
                .hasValue(10);
    }

    @Test
    void each_of_those_who_want_the_same_page_at_the_same_time_gets_it() throws Exception {
        append(30 * PAGE);

        try (var readers = Executors.newFixedThreadPool(8)) {
            Callable<List<Long>> reading = () -> positionsAfter(0);
            for (var read : readers.invokeAll(
                    IntStream.range(0, 8).mapToObj(i -> reading).toList())) {
                assertThat(read.get()).isEqualTo(range(1, 30 * PAGE));
            }
        }
    }

    @Test
    void a_page_that_fills_while_others_read_is_seen_whole_by_everybody() throws Exception {
        var writing = new AtomicBoolean(true);
        try (var readers = Executors.newFixedThreadPool(4)) {
            Callable<List<Long>> following = () -> {
                var seen = new ArrayList<Long>();
                var last = false;
                while (!last) {
                    last = !writing.get(); // one more look after the last event
                    seen.addAll(positionsAfter(seen.isEmpty() ? 0 : seen.getLast()));
                }
                return seen;
            };
            var all = IntStream.range(0, 4)
                    .mapToObj(i -> readers.submit(following))
                    .toList();
            var random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
            for (int turn = 0; turn < 100; turn++) {
                append(1 + random.nextInt(2 * PAGE));
            }
            writing.set(false);
            var committed = ledger.jdbc.queryForList("SELECT global_index FROM event ORDER BY 1", Long.class);
            for (var seen : all) {
                assertThat(seen.get()).isEqualTo(committed);
            }
        }
    }

    @Test
    void what_is_read_in_a_transaction_that_is_taken_back_was_never_there_for_others() {
        transaction.executeWithoutResult(status -> {
            append(PAGE);
            assertThat(positionsAfter(0)).hasSize(PAGE);
            status.setRollbackOnly();
        });
        append(1);

        assertThat(positionsAfter(0)).containsExactly(PAGE + 1L);
    }

    @Test
    void an_erasure_reaches_what_was_read_already() {
        var people = Stream.generate(PersonId::random).limit(PAGE).toList();
        ledger.keys.create(people);
        people.forEach(
                person -> ledger.append(0, new PersonRegistered(person, ADA, Source.of(SourceType.IMPORT), NOON)));
        assertThat(contacts()).hasSize(PAGE).containsOnly(ADA);

        asked.set(0);
        ledger.keys.destroy(people);

        assertThat(contacts()).hasSize(PAGE).containsOnly(ContactData.NONE.with(ContactField.FIRST_NAME, Erased.TEXTS));
        assertThat(asked).as("nothing behind the page").hasValue(1);
    }

    private void append(int events) {
        var from = engine.headPosition();
        engine.appendEvents(LongStream.range(from, from + events)
                .<DomainEventMessage<?>>mapToObj(number -> new GenericDomainEventMessage<>(
                        "Address",
                        "address-" + number,
                        0,
                        new AddressSuppressed(new AddressHash("address-" + number), null, NOON),
                        Map.of()))
                .toList());
    }

    private List<Long> positionsAfter(long position) {
        try (var events = engine.readEvents(LedgerEngine.tokenAt(position), false)) {
            return events.map(event -> LedgerEngine.positionOf(event.trackingToken()))
                    .toList();
        }
    }

    private List<ContactData> contacts() {
        try (var events = engine.readEvents(null, false)) {
            return events.map(event -> ((PersonRegistered) event.getPayload()).contact())
                    .toList();
        }
    }

    private static List<Long> range(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }
}
