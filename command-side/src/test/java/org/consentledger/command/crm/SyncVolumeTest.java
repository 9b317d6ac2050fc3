package org.consentledger.command.crm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.consentledger.command.CommandSideTest;
import org.consentledger.command.crm.SalesforceStandIn.Fault;
import org.consentledger.command.crm.SyncRuns.Status;
import org.consentledger.command.person.ChunkHandler;
import org.consentledger.command.person.ChunkItem;
import org.consentledger.kernel.person.Evidence;
import org.consentledger.kernel.person.PersonCommand;
import org.consentledger.kernel.person.PersonCommand.ApproveResubscribe;
import org.consentledger.kernel.person.PersonCommand.Unsubscribe;
import org.consentledger.kernel.person.PersonId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

/**
 * Many records: the sync needs the fewest calls possible, and an interruption in any call loses and doubles nothing.
 *
 * <p>The small dose has smaller pages and fewer records, but as many of everything that has a border: several pages of
 * a query, several transactions of 250 records in a page, several groups of 200 records in a push, and an interruption
 * in each of their calls. {@code -Dledger.tests.full=true} uses Salesforce's page size and thousands of records.
 */
@CommandSideTest
class SyncVolumeTest {

    private static final boolean FULL = Boolean.getBoolean("ledger.tests.full");
    private static final int PAGE = FULL ? 2_000 : 300;
    private static final int MANY = FULL ? 10_000 : 600;
    private static final String[] ONE_ATTEMPT = {"objects=CONTACT", "attempts=1", "timeout=60s"};

    @Autowired
    private ApplicationContext context;

    @Autowired
    private ChunkHandler chunks;

    private SyncBench bench(String... settings) {
        var bench = new SyncBench(context, settings);
        bench.salesforce.pageSize = PAGE;
        return bench;
    }

    /** The calls that read so many changes: a query, and one more call for each further page. */
    private static List<String> reading(int records) {
        var calls = new ArrayList<>(Collections.nCopies((records + PAGE - 1) / PAGE, "page"));
        calls.set(0, "query");
        return calls;
    }

    @Test
    void many_changes_go_each_way_with_the_fewest_calls() {
        try (var bench = bench("objects=CONTACT")) {
            var salesforce = bench.salesforce;
            var records = contacts(salesforce, MANY, "many");
            assertThat(bench.syncNow().status()).isEqualTo(Status.COMPLETED);
            assertThat(salesforce.takeCalls()).as("taken in").hasSize(1 + MANY / PAGE);
            assertThat(peopleIn(bench)).hasSize(MANY);
            // What is younger than the overlap is read once more, and then no more
            bench.clock.turn(Duration.ofHours(1));
            bench.settle();
            bench.syncNow();
            assertThat(salesforce.takeCalls()).containsExactly("query");

            // Theirs to us: half of them opt out there
            records.subList(0, MANY / 2).forEach(record -> salesforce.set(record, true));
            var events = bench.events();
            bench.syncNow();
            assertThat(salesforce.takeCalls()).isEqualTo(reading(MANY / 2));
            assertThat(bench.events() - events).isEqualTo(MANY / 2);
            bench.clock.turn(Duration.ofHours(1));

            // And all of them; the first half has changes, but none that count
            records.subList(MANY / 2, MANY).forEach(record -> salesforce.set(record, true));
            records.subList(0, MANY / 2).forEach(salesforce::touch);
            bench.syncNow();
            assertThat(salesforce.takeCalls()).isEqualTo(reading(MANY));
            assertThat(bench.events() - events).isEqualTo(MANY);
            assertThat(optedOut(bench)).isEqualTo(MANY);
        }
    }

    @Test
    void many_opt_outs_here_are_written_with_two_hundred_in_each_call_and_come_back_as_no_news() {
        try (var bench = bench("objects=CONTACT")) {
            var salesforce = bench.salesforce;
            var records = contacts(salesforce, MANY, "ours");
            bench.settle();
            var people = peopleIn(bench);
            bench.clock.turn(Duration.ofHours(1));
            optOut(bench, people);

            bench.round();

            assertThat(salesforce.takeCalls()).isEqualTo(Collections.nCopies(MANY / 200, "write 200"));
            assertThat(records).allMatch(record -> record.optedOut);
            var events = bench.events();
            bench.syncNow();
            bench.round();
            assertThat(salesforce.takeCalls()).isEqualTo(reading(MANY));
            assertThat(bench.events()).isEqualTo(events);
        }
    }

    /** How a sync comes to a sudden end in a call. */
    enum End {
        BEFORE_IT_IS_DONE,
        AFTER_IT_IS_DONE,
        KILLED
    }

    /**
     * Every call is cut once: the work of the calls before it stays done, and the next attempt begins with the call
     * that was cut. Only a killed process is tried with all pages and groups.
     */
    @ParameterizedTest
    @EnumSource
    void many_changes_each_way_survive_an_end_in_every_single_call(End end) throws InterruptedException {
        var many = end == End.KILLED && FULL ? MANY : 2 * PAGE;
        try (var bench = bench(ONE_ATTEMPT)) {
            var salesforce = bench.salesforce;
            var records = contacts(salesforce, many, "end" + end.ordinal() + "-");
            bench.settle();
            var people = peopleIn(bench);
            bench.clock.turn(Duration.ofHours(1));

            records.forEach(record -> salesforce.set(record, true));
            bench.clock.turn(Duration.ofHours(1));
            var events = bench.events();
            // The first page is asked for by the query, and each attempt asks again for where the last one came to
            var pages = new ArrayList<>(Collections.nCopies(many / PAGE, 1));
            pages.set(0, 0);
            assertThat(ends(bench, end, SyncBench::syncNow, pages)).isEqualTo(many / PAGE);
            bench.syncNow();
            assertThat(bench.events() - events).isEqualTo(many);
            assertThat(optedOut(bench)).isEqualTo(many);
            bench.round();
            assertThat(bench.events() - events).isEqualTo(many);

            approve(bench, people);
            events = bench.events();
            salesforce.takeCalls();
            // Of each group first the look and then the write
            var atCalls = new ArrayList<>(List.of(0, 1));
            for (var group = 1; group < many / 200; group++) {
                atCalls.addAll(List.of(2, 1));
            }
            // Where an answer was lost the next look finds the value written already, which saves a write
            assertThat(ends(bench, end, SyncBench::round, atCalls))
                    .isBetween(end == End.AFTER_IT_IS_DONE ? many / 200 : 2 * many / 200, 2 * many / 200);
            bench.clock.turn(Duration.ofMinutes(20));
            bench.round();
            assertThat(records).noneMatch(record -> record.optedOut);
            assertThat(bench.records.waiting()).isZero();
            bench.syncNow();
            assertThat(bench.events()).isEqualTo(events);
        }
    }

    /** Syncs again and again, each time to its end in that call; says how often it did end there. */
    private int ends(SyncBench bench, End end, Consumer<SyncBench> sync, List<Integer> atCalls)
            throws InterruptedException {
        var ended = 0;
        for (var call : atCalls) {
            bench.clock.turn(Duration.ofMinutes(20));
            bench.salesforce.takeCalls();
            if (end == End.KILLED) {
                ended += kill(bench, sync, call) ? 1 : 0;
            } else {
                var fault = end == End.AFTER_IT_IS_DONE ? Fault.answerLost() : Fault.status(503);
                bench.salesforce.failCall(call, fault);
                bench.salesforce.failCall(
                        call + 1, fault); // where a connection is cut, the JDK itself may ask once more
                sync.accept(bench);
                ended += bench.salesforce.takeCalls().size() > call ? 1 : 0;
            }
        }
        return ended;
    }

    /** A process that is killed says nothing more, and its connections break. */
    private boolean kill(SyncBench bench, Consumer<SyncBench> sync, int call) throws InterruptedException {
        var dying = bench.inAnotherProcess(context, ONE_ATTEMPT);
        bench.salesforce.failCall(call + 1, Fault.stall()); // it needs a token of its own
        var stalls = bench.salesforce.stalls.get();
        var process = Thread.ofPlatform().start(() -> {
            try {
                sync.accept(dying);
            } catch (RuntimeException itsConnectionBroke) {
                // As intended
            }
        });
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> bench.salesforce.stalls.get() > stalls || !process.isAlive());
        bench.jdbc.queryForList(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"
                        + " AND (classid::bigint << 32 | objid::bigint) = ?",
                Sync.LOCK);
        dying.client.close();
        process.join();
        return bench.salesforce.stalls.get() > stalls;
    }

    private void approve(SyncBench bench, List<PersonId> people) {
        var today = LocalDate.ofInstant(bench.clock.instant(), ZoneOffset.UTC);
        var evidence = new Evidence(today, "News", "phone", null);
        handle(
                people,
                person -> new ApproveResubscribe(person, true, "heard the call", evidence, bench.clock.instant()));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"before it is done", "after it is done, the answer lost"})
    void interrupted_at_any_call_nothing_is_lost_and_nothing_recorded_twice(String when) {
        var fault = when.startsWith("before") ? Fault.status(503) : Fault.answerLost();
        var theirChanges = FULL ? 2_100 : 320;
        var ourChanges = FULL ? 200 : 40;
        var uninterrupted = 1;
        for (var call = 0; call <= uninterrupted; call++) {
            try (var bench = bench("objects=CONTACT", "attempts=1")) {
                var salesforce = bench.salesforce;
                var tag = "cut" + call + when.charAt(0);
                var records = contacts(salesforce, theirChanges + ourChanges, tag);
                bench.settle();
                bench.clock.turn(Duration.ofHours(1));
                var theirs = records.subList(0, theirChanges);
                theirs.forEach(record -> salesforce.set(record, true));
                optOut(bench, peopleInOthersThan(theirs, bench));
                var events = bench.events();
                salesforce.failCall(call, fault);

                var interrupted = bench.syncNow();
                uninterrupted = Math.max(uninterrupted, salesforce.takeCalls().size());
                if (interrupted.status() == Status.FAILED) {
                    assertThat(bench.syncNow().status()).isEqualTo(Status.COMPLETED);
                }
                bench.round();

                assertThat(bench.events() - events)
                        .as("events, cut at call %d", call)
                        .isEqualTo(theirChanges);
                assertThat(records).as("cut at call %d", call).allMatch(record -> record.optedOut);
                assertThat(optedOut(bench)).isEqualTo(theirChanges + ourChanges);
                assertThat(bench.records.waiting()).isZero();
            }
        }
        assertThat(uninterrupted).as("calls that were cut: query, page, write").isGreaterThanOrEqualTo(3);
    }

    private void optOut(SyncBench bench, List<PersonId> people) {
        handle(people, person -> new Unsubscribe(person, null, null, null, bench.clock.instant()));
    }

    private void handle(List<PersonId> people, Function<PersonId, PersonCommand> command) {
        for (var from = 0; from < people.size(); from += 250) {
            chunks.handle(
                    people.subList(from, Math.min(from + 250, people.size())).stream()
                            .map(person -> new ChunkItem.Single(command.apply(person)))
                            .toList(),
                    SyncBench.BY_HAND.provenance());
        }
    }

    private static List<SalesforceStandIn.Row> contacts(SalesforceStandIn salesforce, int count, String tag) {
        return IntStream.range(0, count)
                .mapToObj(number -> salesforce.contact("%s%d@example.org".formatted(tag, number), false))
                .toList();
    }

    private static List<PersonId> peopleIn(SyncBench bench) {
        return new ArrayList<>(bench.jdbc.queryForList(
                        "SELECT person_id FROM crm_record WHERE person_id IS NOT NULL", UUID.class))
                .stream().map(PersonId::new).toList();
    }

    private static List<PersonId> peopleInOthersThan(List<SalesforceStandIn.Row> records, SyncBench bench) {
        var ids = records.stream().map(record -> record.id).toArray(String[]::new);
        return bench
                .jdbc
                .queryForList(
                        "SELECT person_id FROM crm_record WHERE person_id IS NOT NULL AND record_id <> ALL (?)",
                        UUID.class,
                        (Object) ids)
                .stream()
                .map(PersonId::new)
                .toList();
    }

    private static int optedOut(SyncBench bench) {
        var count = bench.jdbc.queryForObject(
                "SELECT count(*) FROM crm_record JOIN person_standing USING (person_id)"
                        + " WHERE subscription = 'UNSUBSCRIBED'",
                Integer.class);
        return count == null ? 0 : count;
    }
}
