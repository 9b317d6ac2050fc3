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
import org.consentledger.command.pipeline.Pipeline;
import org.consentledger.command.pipeline.Request;
import org.consentledger.command.work.SingleCommand;
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
 * <p>The small dose has smaller pages and fewer records, but every kind of border: several pages of a query, several
 * transactions of 250 records in a page, several groups of 200 records in a push, and an interruption in each of their
 * calls. {@code -Dledger.tests.full=true} uses Salesforce's page size and thousands of records.
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
    private Pipeline pipeline;

    private SyncFixture fixture(String... settings) {
        var fixture = new SyncFixture(context, settings);
        fixture.salesforce.pageSize = PAGE;
        return fixture;
    }

    /** Returns the calls that read a number of changes: a query, and one call for each further page. */
    private static List<String> callsToRead(int records) {
        var calls = new ArrayList<>(Collections.nCopies((records + PAGE - 1) / PAGE, "page"));
        calls.set(0, "query");
        return calls;
    }

    @Test
    void many_changes_in_each_direction_need_the_fewest_calls() {
        try (var fixture = fixture("objects=CONTACT")) {
            var salesforce = fixture.salesforce;
            var records = contacts(salesforce, MANY, "many");
            assertThat(fixture.syncNow().status()).isEqualTo(Status.COMPLETED);
            assertThat(salesforce.takeCalls()).as("taken in").hasSize(1 + MANY / PAGE);
            assertThat(peopleIn(fixture)).hasSize(MANY);
            // Records younger than the overlap are read once more
            fixture.clock.advance(Duration.ofHours(1));
            fixture.syncAndForgetCalls();
            fixture.syncNow();
            assertThat(salesforce.takeCalls()).containsExactly("query");

            // From Salesforce to the ledger: half of them opt out
            records.subList(0, MANY / 2).forEach(record -> salesforce.set(record, true));
            var events = fixture.events();
            fixture.syncNow();
            assertThat(salesforce.takeCalls()).isEqualTo(callsToRead(MANY / 2));
            assertThat(fixture.events() - events).isEqualTo(MANY / 2);
            fixture.clock.advance(Duration.ofHours(1));

            // And all of them; the first half has changes, but none that count
            records.subList(MANY / 2, MANY).forEach(record -> salesforce.set(record, true));
            records.subList(0, MANY / 2).forEach(salesforce::touch);
            fixture.syncNow();
            assertThat(salesforce.takeCalls()).isEqualTo(callsToRead(MANY));
            assertThat(fixture.events() - events).isEqualTo(MANY);
            assertThat(optedOut(fixture)).isEqualTo(MANY);
        }
    }

    @Test
    void many_opt_outs_are_written_with_two_hundred_in_each_call_and_are_ignored_when_reported_back() {
        try (var fixture = fixture("objects=CONTACT")) {
            var salesforce = fixture.salesforce;
            var records = contacts(salesforce, MANY, "ours");
            fixture.syncAndForgetCalls();
            var people = peopleIn(fixture);
            fixture.clock.advance(Duration.ofHours(1));
            optOut(fixture, people);

            fixture.poll();

            assertThat(salesforce.takeCalls()).isEqualTo(Collections.nCopies(MANY / 200, "write 200"));
            assertThat(records).allMatch(record -> record.optedOut);
            var events = fixture.events();
            fixture.syncNow();
            fixture.poll();
            assertThat(salesforce.takeCalls()).isEqualTo(callsToRead(MANY));
            assertThat(fixture.events()).isEqualTo(events);
        }
    }

    /** Sudden end of a sync during a call. */
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
    void many_changes_in_each_direction_survive_a_crash_in_any_call(End end) throws InterruptedException {
        var page = FULL ? PAGE : 200;
        var many = end == End.KILLED && FULL ? MANY : 2 * page;
        try (var fixture = fixture(ONE_ATTEMPT)) {
            var salesforce = fixture.salesforce;
            salesforce.pageSize = page;
            var records = contacts(salesforce, many, "end" + end.ordinal() + "-");
            fixture.syncAndForgetCalls();
            var people = peopleIn(fixture);
            fixture.clock.advance(Duration.ofHours(1));

            records.forEach(record -> salesforce.set(record, true));
            fixture.clock.advance(Duration.ofHours(1));
            var events = fixture.events();
            // The query reads the first page. Each attempt starts with the query again, after the last applied page
            var pages = new ArrayList<>(Collections.nCopies(many / page, 1));
            pages.set(0, 0);
            assertThat(ends(fixture, end, SyncFixture::syncNow, pages)).isEqualTo(many / page);
            fixture.syncNow();
            assertThat(fixture.events() - events).isEqualTo(many);
            assertThat(optedOut(fixture)).isEqualTo(many);
            fixture.poll();
            assertThat(fixture.events() - events).isEqualTo(many);

            approve(fixture, people);
            events = fixture.events();
            salesforce.takeCalls();
            // Each group has a query and then a write
            var atCalls = new ArrayList<>(List.of(0, 1));
            for (var group = 1; group < many / 200; group++) {
                atCalls.addAll(List.of(2, 1));
            }
            // After a lost response the next query finds the value written already, and the write is not repeated
            assertThat(ends(fixture, end, SyncFixture::poll, atCalls))
                    .isBetween(end == End.AFTER_IT_IS_DONE ? many / 200 : 2 * many / 200, 2 * many / 200);
            fixture.clock.advance(Duration.ofMinutes(20));
            fixture.poll();
            assertThat(records).noneMatch(record -> record.optedOut);
            assertThat(fixture.records.waiting()).isZero();
            fixture.syncNow();
            assertThat(fixture.events()).isEqualTo(events);
        }
    }

    /** Syncs once per entry, and ends the sync in that call. Returns how often a sync ended there. */
    private int ends(SyncFixture fixture, End end, Consumer<SyncFixture> sync, List<Integer> atCalls)
            throws InterruptedException {
        var ended = 0;
        for (var call : atCalls) {
            fixture.clock.advance(Duration.ofMinutes(20));
            fixture.salesforce.takeCalls();
            if (end == End.KILLED) {
                ended += kill(fixture, sync, call) ? 1 : 0;
            } else {
                var fault = end == End.AFTER_IT_IS_DONE ? Fault.answerLost() : Fault.status(503);
                fixture.salesforce.failCall(call, fault);
                fixture.salesforce.failCall(
                        call + 1, fault); // The HTTP client of the JDK may repeat a request whose connection was cut
                sync.accept(fixture);
                ended += fixture.salesforce.takeCalls().size() > call ? 1 : 0;
            }
        }
        return ended;
    }

    /** Simulates a killed process: its call stalls, and its lease expires. */
    private boolean kill(SyncFixture fixture, Consumer<SyncFixture> sync, int call) throws InterruptedException {
        var dying = fixture.inAnotherProcess(context, ONE_ATTEMPT);
        fixture.salesforce.failCall(
                call + 1, Fault.stall()); // One more, because the process requests its own token first
        var stalls = fixture.salesforce.stalls.get();
        var process = Thread.ofPlatform().start(() -> {
            try {
                sync.accept(dying);
            } catch (RuntimeException terminated) {
                // As intended
            }
        });
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> fixture.salesforce.stalls.get() > stalls || !process.isAlive());
        fixture.jdbc.update("DELETE FROM lease WHERE name = ?", Sync.LEASE);
        dying.client.close();
        process.join();
        return fixture.salesforce.stalls.get() > stalls;
    }

    private void approve(SyncFixture fixture, List<PersonId> people) {
        var today = LocalDate.ofInstant(fixture.clock.instant(), ZoneOffset.UTC);
        var evidence = new Evidence(today, "News", "phone", null);
        handle(
                people,
                person -> new ApproveResubscribe(
                        person, true, "heard the call", evidence, ZoneOffset.UTC, fixture.clock.instant()));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"before it is done", "after it is done, the answer lost"})
    void after_an_interruption_at_any_call_no_change_is_lost_or_recorded_twice(String when) {
        var fault = when.startsWith("before") ? Fault.status(503) : Fault.answerLost();
        var page = FULL ? PAGE : 60;
        var theirChanges = page + page / 20;
        var ourChanges = FULL ? 200 : 40;
        var uninterrupted = 1;
        for (var call = 0; call <= uninterrupted; call++) {
            try (var fixture = fixture("objects=CONTACT", "attempts=1")) {
                var salesforce = fixture.salesforce;
                salesforce.pageSize = page;
                var tag = "cut" + call + when.charAt(0);
                var records = contacts(salesforce, theirChanges + ourChanges, tag);
                fixture.syncAndForgetCalls();
                fixture.clock.advance(Duration.ofHours(1));
                var theirs = records.subList(0, theirChanges);
                theirs.forEach(record -> salesforce.set(record, true));
                optOut(fixture, peopleInOthersThan(theirs, fixture));
                var events = fixture.events();
                salesforce.failCall(call, fault);

                var interrupted = fixture.syncNow();
                uninterrupted = Math.max(uninterrupted, salesforce.takeCalls().size());
                if (interrupted.status() == Status.FAILED) {
                    assertThat(fixture.syncNow().status()).isEqualTo(Status.COMPLETED);
                }
                fixture.poll();

                assertThat(fixture.events() - events)
                        .as("events, cut at call %d", call)
                        .isEqualTo(theirChanges);
                assertThat(records).as("cut at call %d", call).allMatch(record -> record.optedOut);
                assertThat(optedOut(fixture)).isEqualTo(theirChanges + ourChanges);
                assertThat(fixture.records.waiting()).isZero();
            }
        }
        assertThat(uninterrupted).as("calls that were cut: query, page, write").isGreaterThanOrEqualTo(3);
    }

    private void optOut(SyncFixture fixture, List<PersonId> people) {
        handle(people, person -> new Unsubscribe(person, null, null, null, fixture.clock.instant()));
    }

    private void handle(List<PersonId> people, Function<PersonId, PersonCommand> command) {
        for (var from = 0; from < people.size(); from += 250) {
            pipeline.carryOut(Request.all(
                    people.subList(from, Math.min(from + 250, people.size())).stream()
                            .map(person -> new SingleCommand(command.apply(person)))
                            .toList(),
                    SyncFixture.BY_OPERATOR.provenance()));
        }
    }

    private static List<SalesforceStandIn.Row> contacts(SalesforceStandIn salesforce, int count, String tag) {
        return IntStream.range(0, count)
                .mapToObj(number -> salesforce.contact("%s%d@example.org".formatted(tag, number), false))
                .toList();
    }

    private static List<PersonId> peopleIn(SyncFixture fixture) {
        return new ArrayList<>(fixture.jdbc.queryForList(
                        "SELECT person_id FROM crm_record WHERE person_id IS NOT NULL", UUID.class))
                .stream().map(PersonId::new).toList();
    }

    private static List<PersonId> peopleInOthersThan(List<SalesforceStandIn.Row> records, SyncFixture fixture) {
        var ids = records.stream().map(record -> record.id).toArray(String[]::new);
        return fixture
                .jdbc
                .queryForList(
                        "SELECT person_id FROM crm_record WHERE person_id IS NOT NULL AND record_id <> ALL (?)",
                        UUID.class,
                        (Object) ids)
                .stream()
                .map(PersonId::new)
                .toList();
    }

    private static int optedOut(SyncFixture fixture) {
        var count = fixture.jdbc.queryForObject(
                "SELECT count(*) FROM crm_record JOIN person USING (person_id)"
                        + " WHERE subscription = 'UNSUBSCRIBED'",
                Integer.class);
        return count == null ? 0 : count;
    }
}
