package org.consentledger.foundation.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.eventsourcing.eventstore.jdbc.JdbcEventStorageEngine;
import org.axonframework.eventsourcing.eventstore.jdbc.PostgresEventTableFactory;
import org.axonframework.spring.jdbc.SpringDataSourceConnectionProvider;
import org.axonframework.spring.messaging.unitofwork.SpringTransactionManager;
import org.consentledger.kernel.person.AddressEvent.AddressSuppressed;
import org.consentledger.kernel.person.AddressHash;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Two scenarios in which a reader of Axon's own engine, with its default settings, never sees a committed event. They
 * run against both engines: the loss on Axon's engine shows that the scenarios are right.
 */
class NoEventIsSkippedTest {

    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

    private final DataSource dataSource = PostgresForTests.newLedger();
    private final JdbcTransactionManager transactions = new JdbcTransactionManager(dataSource);

    /** A transaction stays open while others commit so many events that the reader drops the gap of the open one. */
    @Nested
    class A_burst_beside_an_open_transaction {

        private static final int BURST = 10_500;

        @Test
        void makes_the_stock_engine_lose_the_late_event() throws Exception {
            assertThat(seenOf(stock(), Instant.now())).doesNotContain("late");
        }

        @Test
        void loses_nothing_in_the_ledger() throws Exception {
            assertThat(seenOf(ours(), Instant.now())).contains("early", "late", "burst-0", "burst-" + (BURST - 1));
        }

        private Set<String> seenOf(EventStorageEngine engine, Instant recordedAt) throws Exception {
            return readWhileOneTransactionIsLate(engine, BURST, recordedAt);
        }
    }

    /** A writer's clock is more than a minute behind, so the reader takes the writer's gaps for old and drops them. */
    @Nested
    class A_clock_that_is_behind {

        private static final int FEW = 50;

        @Test
        void makes_the_stock_engine_lose_the_late_event() throws Exception {
            assertThat(readWhileOneTransactionIsLate(stock(), FEW, minutesAgo()))
                    .doesNotContain("late");
        }

        @Test
        void loses_nothing_in_the_ledger() throws Exception {
            assertThat(readWhileOneTransactionIsLate(ours(), FEW, minutesAgo()))
                    .contains("early", "late", "burst-0", "burst-" + (FEW - 1));
        }

        private Instant minutesAgo() {
            return Instant.now().minusSeconds(120);
        }
    }

    @Test
    void eight_writers_that_roll_back_now_and_then_are_read_completely_once_and_in_order() throws Exception {
        var engine = ours();
        var committed = ConcurrentHashMap.<String>newKeySet();
        var writing = new AtomicBoolean(true);
        var positions = new ArrayList<Long>();
        var seen = new ArrayList<String>();
        try (var pool = Executors.newFixedThreadPool(9)) {
            var reader = pool.submit(() -> {
                TrackingToken token = null;
                var last = false;
                while (!last) {
                    last = !writing.get(); // one more read after the last writer has ended
                    try (var events = engine.readEvents(token, false)) {
                        for (var event : events.toList()) {
                            token = event.trackingToken();
                            positions.add(LedgerEngine.positionOf(token));
                            seen.add(nameOf(event));
                        }
                    }
                }
            });
            var writers = new ArrayList<Future<?>>();
            for (int writer = 0; writer < 8; writer++) {
                var name = "writer-" + writer;
                var random = RandomGeneratorFactory.of("L64X128MixRandom").create(writer);
                writers.add(pool.submit(() -> {
                    for (int turn = 0; turn < 60; turn++) {
                        var prefix = name + "-" + turn + "-";
                        var events = events(prefix, 1 + random.nextInt(20), Instant.now());
                        var rolledBack = random.nextInt(10) == 0;
                        new TransactionTemplate(transactions).executeWithoutResult(status -> {
                            engine.appendEvents(events);
                            if (rolledBack) {
                                status.setRollbackOnly();
                            }
                        });
                        if (!rolledBack) {
                            events.forEach(event -> committed.add(nameOf(event)));
                        }
                    }
                }));
            }
            for (var writer : writers) {
                writer.get(60, TimeUnit.SECONDS);
            }
            writing.set(false);
            reader.get(60, TimeUnit.SECONDS);
        }

        assertThat(seen).doesNotHaveDuplicates().hasSameElementsAs(committed);
        assertThat(positions).isSorted();
    }

    /**
     * One writer opens a transaction and appends "late". Other writers append a burst meanwhile, and the reader reads.
     * Then the first writer commits, and the reader reads on. With the append lock the other writers wait until that
     * commit, so the reader sees all events.
     */
    private Set<String> readWhileOneTransactionIsLate(EventStorageEngine engine, int burst, Instant recordedAt)
            throws Exception {
        var seen = new HashSet<String>();
        engine.appendEvents(events("early", recordedAt));
        var token = read(engine, null, seen);
        var appended = new CountDownLatch(1);
        var commit = new CountDownLatch(1);
        try (var pool = Executors.newFixedThreadPool(2)) {
            var late = pool.submit(() -> new TransactionTemplate(transactions).executeWithoutResult(status -> {
                engine.appendEvents(events("late", recordedAt));
                appended.countDown();
                await(commit);
            }));
            await(appended);
            var others = pool.submit(() -> engine.appendEvents(events("burst-", burst, recordedAt)));
            if (engine instanceof JdbcEventStorageEngine) {
                others.get(60, TimeUnit.SECONDS);
            }
            token = read(engine, token, seen);
            commit.countDown();
            late.get(60, TimeUnit.SECONDS);
            others.get(60, TimeUnit.SECONDS);
        }
        engine.appendEvents(events("afterwards", Instant.now()));
        read(engine, token, seen);
        assertThat(seen).contains("afterwards");
        return seen;
    }

    private static TrackingToken read(EventStorageEngine engine, TrackingToken after, Set<String> seen) {
        var token = after;
        try (var events = engine.readEvents(after, false)) {
            for (var event : events.toList()) {
                seen.add(nameOf(event));
                token = event.trackingToken();
            }
        }
        return token;
    }

    private EventStorageEngine ours() {
        return new TestLedger(dataSource, 1000).engine;
    }

    /** Returns Axon's engine with its default settings, on our connection and with our serialised form. */
    private EventStorageEngine stock() {
        TransactionManager axonTransactions = new SpringTransactionManager(transactions);
        var serializer = new TestLedger(dataSource, 1000).serializer;
        var engine = JdbcEventStorageEngine.builder()
                .connectionProvider(new SpringDataSourceConnectionProvider(dataSource))
                .transactionManager(axonTransactions)
                .eventSerializer(serializer)
                .snapshotSerializer(serializer)
                .dataType(byte[].class)
                .build();
        var jdbc = new JdbcTemplate(dataSource);
        PostgresForTests.asOwner(jdbc).execute("GRANT CREATE ON SCHEMA public TO " + PostgresForTests.APPLICATION);
        engine.createSchema(PostgresEventTableFactory.INSTANCE);
        return engine;
    }

    private static List<DomainEventMessage<?>> events(String name, Instant recordedAt) {
        return List.of(event(name, recordedAt));
    }

    private static List<DomainEventMessage<?>> events(String prefix, int count, Instant recordedAt) {
        return IntStream.range(0, count)
                .<DomainEventMessage<?>>mapToObj(number -> event(prefix + number, recordedAt))
                .toList();
    }

    private static DomainEventMessage<?> event(String name, Instant recordedAt) {
        return new GenericDomainEventMessage<>(
                "Address",
                UUID.nameUUIDFromBytes(name.getBytes(UTF_8)).toString(),
                0,
                new AddressSuppressed(new AddressHash(name), null, NOON),
                Map.of(),
                name,
                recordedAt);
    }

    private static String nameOf(EventMessage<?> event) {
        return ((AddressSuppressed) event.getPayload()).address().value();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
