package org.consentledger.foundation.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.consentledger.foundation.lease.LeasedWorker.Piece;
import org.consentledger.foundation.store.PostgresForTests;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Several workers, as of several processes, share the work. */
class LeasedWorkerTest {

    private static final Duration SOON = Duration.ofMillis(50);
    private static final Duration NEVER = Duration.ofHours(1);

    private final DataSource dataSource = PostgresForTests.newLedger();
    private final JdbcTemplate jdbc = new JdbcTemplate(dataSource);
    private final Leases leases = new Leases(jdbc);
    private final Queue<String> waiting = new ConcurrentLinkedQueue<>();
    private final Map<String, AtomicInteger> done = new ConcurrentHashMap<>();
    private final List<LeasedWorker> workers = new ArrayList<>();

    @AfterEach
    void stopAll() {
        workers.forEach(LeasedWorker::stop);
    }

    @Test
    void each_piece_is_done_once_and_its_lease_is_released() {
        IntStream.range(0, 200).forEach(number -> waiting.add("piece:" + number));
        for (int process = 0; process < 3; process++) {
            start(4, SOON, Duration.ofSeconds(10), this::finish);
        }

        await().until(() -> waiting.isEmpty() && leaseCount() == 0);
        assertThat(done).hasSize(200);
        assertThat(done.values()).allMatch(times -> times.get() == 1);
    }

    @Test
    void no_more_pieces_are_done_at_once_than_allowed() {
        var running = new AtomicInteger();
        var most = new AtomicInteger();
        var full = new CountDownLatch(3);
        IntStream.range(0, 30).forEach(number -> waiting.add("piece:" + number));
        start(3, SOON, Duration.ofSeconds(10), piece -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            full.countDown();
            awaitLatch(full);
            running.decrementAndGet();
            return finish(piece);
        });

        await().until(waiting::isEmpty);
        assertThat(most).hasValue(3);
    }

    @Test
    void a_lease_is_renewed_for_as_long_as_the_work_takes() {
        var release = new CountDownLatch(1);
        waiting.add("piece");
        start(1, SOON, Duration.ofSeconds(2), piece -> awaitAnd(release, piece));
        await().until(() -> leaseCount() == 1);
        var first = jdbc.queryForObject("SELECT expires_at::text FROM lease", String.class);

        await().until(() -> !first.equals(jdbc.queryForObject("SELECT expires_at::text FROM lease", String.class)));

        release.countDown();
        await().until(() -> done.containsKey("piece"));
    }

    @Test
    void the_work_of_a_process_that_died_is_taken_over_when_its_lease_has_expired() {
        waiting.add("piece");
        leases.acquire("piece", Duration.ofMillis(500));
        start(1, SOON, Duration.ofSeconds(10), this::finish);

        await().until(() -> done.containsKey("piece"));
    }

    @Test
    void work_whose_lease_is_lost_is_told_to_stop() {
        var stopped = new CountDownLatch(1);
        waiting.add("piece");
        start(1, SOON, Duration.ofSeconds(2), piece -> {
            if (!piece.pause(Duration.ofSeconds(30)) && piece.mustStop()) {
                stopped.countDown();
            }
            return false;
        });
        await().until(() -> leaseCount() == 1);

        jdbc.update("UPDATE lease SET holder = gen_random_uuid(), expires_at = now() + interval '1 minute'");

        await().until(() -> stopped.getCount() == 0);
        assertThat(leaseCount()).as("the lease of the successor").isEqualTo(1);
    }

    @Test
    void work_is_told_to_stop_when_the_worker_stops_and_its_lease_is_released() {
        waiting.add("piece");
        var worker = start(1, SOON, Duration.ofSeconds(10), piece -> piece.pause(Duration.ofSeconds(30)));
        await().until(() -> leaseCount() == 1);

        worker.stop();

        assertThat(leaseCount()).isZero();
        assertThat(worker.isRunning()).isFalse();
    }

    @Test
    void work_that_fails_does_not_stop_the_worker() {
        var failures = new AtomicInteger();
        waiting.add("piece");
        start(1, SOON, Duration.ofSeconds(10), piece -> {
            if (failures.incrementAndGet() < 3) {
                throw new IllegalStateException("as planned");
            }
            return finish(piece);
        });

        await().until(() -> done.containsKey("piece"));
    }

    @Test
    void a_worker_that_is_woken_in_a_transaction_polls_after_the_commit() {
        var worker = start(1, NEVER, Duration.ofSeconds(10), this::finish);
        await().until(() -> polls.get() > 0);
        var before = polls.get();

        new TransactionTemplate(new JdbcTransactionManager(dataSource)).executeWithoutResult(status -> {
            worker.wake();
            assertThat(polls).hasValue(before);
            waiting.add("piece");
        });

        await().until(() -> done.containsKey("piece"));
    }

    private final AtomicInteger polls = new AtomicInteger();

    private LeasedWorker start(int atOnce, Duration poll, Duration lease, Predicate<Piece> carryOut) {
        var worker = new LeasedWorker(
                leases,
                new LeasedWorker.Settings("test", atOnce, poll, lease, Duration.ofSeconds(10)),
                new LeasedWorker.Work() {
                    @Override
                    public List<String> due(int most) {
                        polls.incrementAndGet();
                        return waiting.stream()
                                .filter(leases::isFree)
                                .limit(most)
                                .toList();
                    }

                    @Override
                    public boolean carryOut(Piece piece) {
                        return carryOut.test(piece);
                    }
                });
        workers.add(worker);
        worker.start();
        return worker;
    }

    /** As all work must: looks first whether it is still to be done. */
    private boolean finish(Piece piece) {
        var name = piece.lease().name();
        if (waiting.contains(name)) {
            done.computeIfAbsent(name, key -> new AtomicInteger()).incrementAndGet();
            waiting.remove(name);
        }
        return true;
    }

    private boolean awaitAnd(CountDownLatch release, Piece piece) {
        awaitLatch(release);
        return finish(piece);
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int leaseCount() {
        var count = jdbc.queryForObject("SELECT count(*) FROM lease", Integer.class);
        return count == null ? 0 : count;
    }
}
