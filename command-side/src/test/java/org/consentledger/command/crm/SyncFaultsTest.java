package org.consentledger.command.crm;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.consentledger.command.CommandSideTest;
import org.consentledger.command.crm.SalesforceStandIn.Fault;
import org.consentledger.command.crm.SyncJournal.Entry;
import org.consentledger.command.crm.SyncJournal.Outcome;
import org.consentledger.command.crm.SyncRuns.Run;
import org.consentledger.command.crm.SyncRuns.Status;
import org.consentledger.kernel.person.ContactDataPatch;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.PersonCommand.ChangeContactData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

/** What Salesforce may do to us, and that nothing is lost by it. */
@CommandSideTest
class SyncFaultsTest {

    @Autowired
    private ApplicationContext context;

    private SyncBench bench;
    private SalesforceStandIn salesforce;

    @BeforeEach
    void start() {
        use("attempts=3");
    }

    private void use(String... settings) {
        close();
        bench = new SyncBench(context, settings);
        salesforce = bench.salesforce;
    }

    @AfterEach
    void close() {
        if (bench != null) {
            bench.close();
        }
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of("500", Fault.status(500), "UNAVAILABLE: status 500"),
                Arguments.of("503", Fault.status(503), "UNAVAILABLE: status 503"),
                Arguments.of("429", Fault.status(429), "UNAVAILABLE: status 429"),
                Arguments.of("a stall in the middle", Fault.stall(), "UNAVAILABLE: no answer in time"),
                Arguments.of("an answer cut off", Fault.answerLost(), "UNAVAILABLE: IOException"),
                Arguments.of(
                        "a maintenance page", Fault.body("<html>Down for maintenance</html>"), "UNREADABLE: not JSON"),
                Arguments.of(
                        "half of a JSON", Fault.body("{\"done\":true,\"records\":[{\"Id\""), "UNREADABLE: not JSON"),
                Arguments.of("nothing at all", Fault.body(""), "UNREADABLE: an empty answer"),
                Arguments.of("JSON of something else", Fault.body("{\"hello\":[1]}"), "UNREADABLE: no records"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void what_passes_is_tried_again(String name, Fault fault, String reason) {
        use("attempts=3", "timeout=300ms");
        var ada = bench.known();
        salesforce.set(ada.record(), true);
        salesforce.failCall(0, fault);

        var run = bench.syncNow();

        assertThat(run).returns(Status.COMPLETED, Run::status);
        assertThat(salesforce.takeCalls()).containsExactly("query", "query", "query");
        assertThat(bench.standing(ada.person()).isUnsubscribed()).isTrue();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void what_does_not_pass_ends_the_run_with_its_reason_and_the_next_one_goes_on(
            String name, Fault fault, String reason) {
        use("attempts=3", "timeout=300ms");
        var ada = bench.known();
        salesforce.set(ada.record(), true);
        salesforce.failAllCalls(fault);

        var failed = bench.syncNow();

        assertThat(failed).returns(Status.FAILED, Run::status).returns(reason, Run::reason);
        assertThat(salesforce.takeCalls())
                .as("bounded; where a connection is cut, the JDK itself asks once more")
                .hasSizeBetween(3, 6);
        bench.round();
        assertThat(salesforce.takeCalls()).as("left alone for a while").isEmpty();

        assertThat(bench.syncNow()).returns(Status.COMPLETED, Run::status);
        assertThat(bench.standing(ada.person()).isUnsubscribed()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{}",
                "[{\"success\":true},{\"success\":true}]",
                "[{\"id\":\"003\"}]",
                "[{\"success\":\"yes\"}]",
                "not JSON"
            })
    void results_that_do_not_fit_the_rows_count_as_none(String results) {
        var ada = bench.known();
        bench.optOut(ada.person());
        salesforce.failAllCalls(Fault.body(results));

        bench.round();
        assertThat(bench.records.waiting()).isEqualTo(1);
        salesforce.failNone();
        bench.clock.turn(Duration.ofHours(1));
        bench.round();

        assertThat(ada.record().optedOut).isTrue();
        assertThat(bench.records.waiting()).isZero();
    }

    @Nested
    class ATokenThat {

        @Test
        void has_expired_is_renewed_once() {
            var ada = bench.known();
            bench.optOut(ada.person());
            salesforce.forgetTokens();

            bench.round();

            assertThat(salesforce.takeCalls()).containsExactly("write 1", "token", "write 1");
            assertThat(ada.record().optedOut).isTrue();
        }

        @Test
        void is_refused_again_at_once_ends_the_run() {
            bench.known();
            salesforce.failAllCalls(Fault.error(401, "INVALID_SESSION_ID"));
            salesforce.failCall(1, null);

            var run = bench.syncNow();

            assertThat(run)
                    .returns(Status.FAILED, Run::status)
                    .returns("LOGIN_REFUSED: INVALID_SESSION_ID", Run::reason);
            assertThat(salesforce.takeCalls()).containsExactly("query", "token", "query");
        }

        @Test
        void is_not_given_ends_the_run_without_telling_the_secret() {
            use("client-secret=wrong-s3cret");

            var run = bench.syncNow();

            assertThat(run).returns(Status.FAILED, Run::status).returns("LOGIN_REFUSED: invalid_client", Run::reason);
        }

        @Test
        void is_asked_for_with_a_signed_assertion_where_there_is_a_key() throws GeneralSecurityException {
            var keys = KeyPairGenerator.getInstance("RSA").generateKeyPair();
            var pem = "-----BEGIN PRIVATE KEY-----\n"
                    + Base64.getMimeEncoder().encodeToString(keys.getPrivate().getEncoded())
                    + "\n-----END PRIVATE KEY-----\n";
            use("private-key=" + pem, "username=sync@example.org", "client-secret=");
            salesforce.trusted = keys.getPublic();

            assertThat(bench.syncNow()).returns(Status.COMPLETED, Run::status);

            use("private-key=" + pem, "username=sync@example.org", "client-secret=");
            salesforce.trusted =
                    KeyPairGenerator.getInstance("RSA").generateKeyPair().getPublic();
            assertThat(bench.syncNow()).returns("LOGIN_REFUSED: invalid_client", Run::reason);
        }
    }

    @Test
    void a_used_up_limit_is_waited_for_and_shown() {
        var ada = bench.known();
        bench.optOut(ada.person());
        salesforce.failAllCalls(Fault.error(403, "REQUEST_LIMIT_EXCEEDED"));

        bench.round();
        assertThat(salesforce.takeCalls()).containsExactly("write 1");
        bench.round();
        var waiting = bench.syncNow();

        assertThat(waiting).returns(Status.QUEUED, Run::status);
        assertThat(salesforce.takeCalls()).isEmpty();
        assertThat(bench.state.pause()).hasValueSatisfying(pause -> {
            assertThat(pause.until()).isEqualTo(bench.clock.instant().plus(Duration.ofMinutes(15)));
            assertThat(pause.reason()).isEqualTo("REQUEST_LIMIT: REQUEST_LIMIT_EXCEEDED");
        });

        bench.clock.turn(Duration.ofMinutes(16));
        bench.round();
        assertThat(bench.runs.find(waiting.id()))
                .hasValueSatisfying(run -> assertThat(run.status()).isEqualTo(Status.COMPLETED));
        assertThat(ada.record().optedOut).isTrue();
        assertThat(bench.state.pause()).isEmpty();
    }

    @Test
    void a_field_that_is_not_there_ends_the_run_at_once_with_the_code() {
        use("opt-out-field=NotThere__c");

        assertThat(bench.syncNow()).returns(Status.FAILED, Run::status).returns("REFUSED: INVALID_FIELD", Run::reason);
        assertThat(salesforce.takeCalls()).containsExactly("token", "query");
    }

    @Test
    void a_next_page_on_another_machine_is_not_asked_for() {
        bench.known();
        salesforce.failAllCalls(
                Fault.body(
                        "{\"done\":false,\"nextRecordsUrl\":\"https://evil.example/services/data/v62.0/query/x\",\"records\":[]}"));

        assertThat(bench.syncNow()).returns("UNREADABLE: a next page somewhere else", Run::reason);
    }

    /** What has a row tried again that was set aside. */
    enum NewsAboutIt {
        CHANGED_HERE,
        CHANGED_THERE,
        ASKED_FOR
    }

    @Nested
    class ARowThat {

        @Test
        void is_locked_is_written_a_little_later() {
            var ada = bench.known();
            bench.optOut(ada.person());
            salesforce.failRow(ada.record(), "UNABLE_TO_LOCK_ROW");

            bench.round();
            assertThat(ada.record().optedOut).isFalse();
            bench.clock.turn(Duration.ofSeconds(5));
            bench.round();

            assertThat(ada.record().optedOut).isTrue();
            assertThat(bench.journalOf(ada.person())).extracting(Entry::outcome).containsExactly(Outcome.WRITTEN);
        }

        @Test
        void a_rule_there_forbids_is_in_the_journal_with_the_code_and_tried_again_the_next_day() {
            var ada = bench.known();
            bench.optOut(ada.person());
            salesforce.failRow(ada.record(), "FIELD_CUSTOM_VALIDATION_EXCEPTION");

            bench.round();
            bench.clock.turn(Duration.ofHours(1));
            bench.round();

            assertThat(salesforce.takeCalls()).containsExactly("write 1");
            assertThat(bench.journalOf(ada.person()))
                    .singleElement()
                    .returns(Outcome.REFUSED, Entry::outcome)
                    .returns("FIELD_CUSTOM_VALIDATION_EXCEPTION", Entry::detail);
            bench.clock.turn(Duration.ofDays(1));
            bench.round();
            assertThat(ada.record().optedOut).isTrue();
        }

        @ParameterizedTest
        @EnumSource
        void is_refused_for_a_month_is_set_aside_until_something_changes_or_somebody_asks(NewsAboutIt news) {
            var ada = bench.known();
            bench.optOut(ada.person());
            Collections.nCopies(SyncRecords.MOST_REFUSALS, "FIELD_CUSTOM_VALIDATION_EXCEPTION")
                    .forEach(code -> salesforce.failRow(ada.record(), code));

            for (var day = 0; day < 200; day++) {
                bench.round();
                bench.clock.turn(Duration.ofDays(1));
            }

            assertThat(salesforce.takeCalls()).isEqualTo(Collections.nCopies(SyncRecords.MOST_REFUSALS, "write 1"));
            assertThat(bench.journalOf(ada.person()))
                    .allSatisfy(line -> assertThat(line.detail()).isEqualTo("FIELD_CUSTOM_VALIDATION_EXCEPTION"))
                    .extracting(Entry::outcome)
                    .containsExactly(
                            Outcome.REFUSED,
                            Outcome.REFUSED,
                            Outcome.REFUSED,
                            Outcome.REFUSED,
                            Outcome.REFUSED,
                            Outcome.SET_ASIDE);
            assertThat(bench.records.setAside()).isEqualTo(1);
            assertThat(ada.record().optedOut).isFalse();

            switch (news) {
                case CHANGED_HERE ->
                    bench.send(new ChangeContactData(
                            ada.person(),
                            new ContactDataPatch(Map.of(ContactField.COMPANY, List.of("Nowak GmbH"))),
                            bench.clock.instant()));
                case CHANGED_THERE -> {
                    salesforce.touch(ada.record());
                    bench.runs.queue(SyncRuns.Trigger.SCHEDULE, Settlement.SALESFORCE);
                }
                case ASKED_FOR -> bench.runs.queue(SyncRuns.Trigger.REQUEST, Settlement.SALESFORCE);
            }
            bench.round();

            assertThat(ada.record().optedOut).isTrue();
            assertThat(bench.records.setAside()).isZero();
            assertThat(bench.records.waiting()).isZero();
        }

        @Test
        void was_set_aside_is_set_aside_again_where_asking_did_not_help() {
            var ada = bench.known();
            bench.optOut(ada.person());
            Collections.nCopies(SyncRecords.MOST_REFUSALS + 1, "FIELD_CUSTOM_VALIDATION_EXCEPTION")
                    .forEach(code -> salesforce.failRow(ada.record(), code));
            for (var day = 0; day < 40; day++) {
                bench.round();
                bench.clock.turn(Duration.ofDays(1));
            }

            var run = bench.syncNow();

            assertThat(run).returns(Status.COMPLETED, Run::status).returns(1L, Run::refused);
            assertThat(bench.journalOf(ada.person())).last().returns(Outcome.SET_ASIDE, Entry::outcome);
            assertThat(bench.records.setAside()).isEqualTo(1);
        }

        @Test
        void is_deleted_there_is_given_up() {
            var ada = bench.known();
            bench.optOut(ada.person());
            salesforce.delete(ada.record());

            bench.round();
            bench.clock.turn(Duration.ofDays(30));
            bench.round();

            assertThat(salesforce.takeCalls()).containsExactly("write 1");
            assertThat(bench.records.waiting()).isZero();
        }

        @Test
        void fails_does_not_keep_the_others_of_its_group() {
            var records = IntStream.range(0, 5)
                    .mapToObj(number -> salesforce.contact(SyncBench.anAddress(), false))
                    .toList();
            var people =
                    records.stream().map(record -> bench.register(record.email)).toList();
            bench.settle();
            people.forEach(bench::optOut);
            salesforce.failRow(records.get(2), "FIELD_CUSTOM_VALIDATION_EXCEPTION");

            bench.round();

            assertThat(salesforce.takeCalls()).containsExactly("write 5");
            assertThat(records.stream().map(record -> record.optedOut)).containsExactly(true, true, false, true, true);
        }
    }

    @Test
    void an_error_code_that_is_none_is_not_repeated() {
        assertThat(SalesforceFault.safe("ada@example.org said so")).isEqualTo("UNKNOWN_ERROR");
        assertThat(SalesforceFault.safe("UNABLE_TO_LOCK_ROW")).isEqualTo("UNABLE_TO_LOCK_ROW");
    }
}
