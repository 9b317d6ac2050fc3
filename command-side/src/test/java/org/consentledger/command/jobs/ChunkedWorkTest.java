package org.consentledger.command.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.axonframework.modelling.command.ConcurrencyException;
import org.consentledger.foundation.lease.LeaseLostException;
import org.consentledger.foundation.lease.Leases;
import org.consentledger.foundation.privacy.KeySettings;
import org.consentledger.kernel.provenance.Actor;
import org.consentledger.kernel.provenance.Provenance;
import org.consentledger.kernel.provenance.Via;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** How a job gets on, whatever it is that it does. */
@ExtendWith(OutputCaptureExtension.class)
class ChunkedWorkTest {

    private static final int CHUNK = 10;

    private static JobServer server;
    private static JobStore store;
    private static ChunkedWork work;
    private static Leases leases;

    @BeforeAll
    static void start() {
        server = JobServer.start("--ledger.jobs.chunk-size=" + CHUNK);
        server.http.context.getBean(JobRunner.class).stop();
        store = server.http.context.getBean(JobStore.class);
        work = server.http.context.getBean(ChunkedWork.class);
        leases = server.http.context.getBean(Leases.class);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void exactly_one_chunk_is_read_ahead_while_another_is_carried_out() throws Exception {
        var numbers = new Numbers(95) {
            @Override
            public List<ItemResult> carryOut(List<? extends Long> items) {
                var nextIsRead = Math.min(items.getLast() + 1 + CHUNK, 95);
                await().atMost(Duration.ofSeconds(10)).until(() -> read == nextIsRead);
                furthestAhead = Math.max(furthestAhead, read - items.getFirst());
                return super.carryOut(items);
            }
        };

        assertThat(carryOut(job(95), numbers)).isTrue();

        assertThat(numbers.done)
                .containsExactlyElementsOf(LongStream.range(0, 95).boxed().toList());
        assertThat(numbers.furthestAhead).isEqualTo(2 * CHUNK);
    }

    @Test
    void a_cancelled_job_discards_the_chunk_that_was_read_ahead_and_stops_its_reader() throws Exception {
        var job = job(50);
        var numbers = new Numbers(50) {
            @Override
            public List<ItemResult> carryOut(List<? extends Long> items) {
                await().until(() -> read == 2 * CHUNK);
                store.cancel(job);
                return super.carryOut(items);
            }
        };

        assertThat(carryOut(job, numbers)).isFalse();

        assertThat(numbers.done).hasSize(CHUNK);
        assertThat(store.processed(job)).isEqualTo(CHUNK);
        assertThat(numbers.closed).isTrue();
        assertThat(readers()).isEmpty();
    }

    @Test
    void a_failure_while_reading_ahead_keeps_the_finished_chunks_and_the_next_attempt_continues_there()
            throws Exception {
        var job = job(50);
        var broken = new Numbers(50) {
            @Override
            public List<Long> next(int most) throws IOException {
                if (read == 2 * CHUNK) {
                    throw new IOException("the disk is away");
                }
                return super.next(most);
            }
        };

        assertThatThrownBy(() -> carryOut(job, broken)).hasMessage("the disk is away");
        assertThat(store.processed(job)).isEqualTo(2 * CHUNK);
        assertThat(readers()).isEmpty();

        var again = new Numbers(50);
        assertThat(carryOut(job, again)).isTrue();
        assertThat(again.done)
                .containsExactlyElementsOf(
                        LongStream.range(2 * CHUNK, 50).boxed().toList());
    }

    @Test
    void a_chunk_that_could_not_be_written_is_read_again_by_the_next_attempt_and_its_error_message_is_not_logged(
            CapturedOutput output) throws Exception {
        var job = job(50);
        var broken = new Numbers(50) {
            @Override
            public List<ItemResult> carryOut(List<? extends Long> items) {
                if (items.getFirst() == CHUNK) {
                    await().until(() -> read == 3 * CHUNK);
                    throw new IllegalStateException("the database is away");
                }
                return super.carryOut(items);
            }
        };

        assertThatThrownBy(() -> carryOut(job, broken)).hasMessage("the database is away");
        assertThat(store.processed(job)).isEqualTo(CHUNK);
        assertThat(output.getAll()).doesNotContain("the database is away");

        var again = new Numbers(50);
        assertThat(carryOut(job, again)).isTrue();
        assertThat(again.done)
                .containsExactlyElementsOf(LongStream.range(CHUNK, 50).boxed().toList());
    }

    @Test
    void a_job_whose_process_died_after_the_last_chunk_is_finished_without_work() throws Exception {
        var job = job(50);
        assertThat(carryOut(job, new Numbers(50))).isTrue();

        var again = new Numbers(50);
        assertThat(carryOut(job, again)).isTrue();

        assertThat(again.done).isEmpty();
    }

    @Test
    void a_process_that_has_lost_the_lease_commits_no_further_chunk() {
        var job = job(50);
        var frozen = new Numbers(50) {
            @Override
            public List<ItemResult> carryOut(List<? extends Long> items) {
                if (items.getFirst() == CHUNK) {
                    server.jdbc.update("UPDATE lease SET holder = gen_random_uuid() WHERE name = ?", "job:" + job);
                }
                return super.carryOut(items);
            }
        };

        assertThatThrownBy(() -> carryOut(job, frozen)).isInstanceOf(LeaseLostException.class);

        assertThat(store.processed(job)).isEqualTo(CHUNK);
        server.jdbc.update("DELETE FROM lease WHERE name = ?", "job:" + job);
    }

    @Test
    void fewer_items_than_the_job_has_are_an_error() throws Exception {
        var job = job(51);

        assertThatThrownBy(() -> carryOut(job, new Numbers(50))).hasMessage("Of 51 items only 50 are there");
    }

    @Test
    void a_chunk_that_met_a_conflict_is_retried() throws Exception {
        var attempts = new AtomicInteger();
        var numbers = new Numbers(CHUNK) {
            @Override
            public List<ItemResult> carryOut(List<? extends Long> items) {
                if (attempts.incrementAndGet() == 1) {
                    throw new ConcurrencyException("somebody was faster");
                }
                return super.carryOut(items);
            }
        };

        assertThat(carryOut(job(CHUNK), numbers)).isTrue();

        assertThat(attempts).hasValue(2);
        assertThat(numbers.done).hasSize(CHUNK);
    }

    @Test
    void a_person_with_repeated_conflicts_does_not_block_the_others_of_the_chunk() throws Exception {
        var inDemand = new AtomicInteger();
        var numbers = new Numbers(3 * CHUNK) {
            @Override
            public List<ItemResult> carryOut(List<? extends Long> items) {
                if (items.contains(13L) && (items.size() > 1 || inDemand.incrementAndGet() < 3)) {
                    throw new ConcurrencyException("somebody was faster");
                }
                return super.carryOut(items);
            }
        };

        assertThat(carryOut(job(3 * CHUNK), numbers)).isTrue();

        assertThat(numbers.done)
                .containsExactlyElementsOf(
                        LongStream.range(0, 3 * CHUNK).boxed().toList());
    }

    private static List<Thread> readers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("job-read-ahead"))
                .toList();
    }

    private static boolean carryOut(UUID job, Numbers numbers) throws Exception {
        var lease = leases.acquire("job:" + job, Duration.ofMinutes(5)).orElseThrow();
        try {
            var begun = store.begin(lease).orElseThrow();
            return work.carryOut(begun.job(), lease, () -> false, numbers);
        } finally {
            leases.release(lease);
        }
    }

    private static UUID job(long total) {
        var id = UUID.randomUUID();
        var by = new Provenance(new Actor("u-17", "Otto Operator", List.of("operator")), Via.BULK, "request-1", null);
        var keys = server.http.context.getBean(KeySettings.class);
        store.add(new NewJob(id, JobKind.BULK, false, total, null, by, JobKey.random(id, keys), "nothing special"));
        return id;
    }

    /** Counts. */
    private static class Numbers implements Workload, Workload.Run<Long> {

        final List<Long> done = new CopyOnWriteArrayList<>();
        volatile long read;
        volatile boolean closed;
        long furthestAhead;
        private final long total;

        Numbers(long total) {
            this.total = total;
        }

        @Override
        public JobKind kind() {
            return JobKind.BULK;
        }

        @Override
        public Run<?> start(Job job, JobKey key, String request) {
            return this;
        }

        @Override
        public void skip(long items) {
            read = items;
        }

        @Override
        public List<Long> next(int most) throws IOException {
            var items =
                    LongStream.range(read, Math.min(read + most, total)).boxed().toList();
            read += items.size();
            return items;
        }

        @Override
        public List<ItemResult> carryOut(List<? extends Long> items) {
            done.addAll(items);
            return items.stream()
                    .<ItemResult>map(item -> new ItemResult.Changed())
                    .toList();
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
