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

/** Failures of Salesforce: transient ones are retried, permanent ones end the run, and no change is lost. */
@CommandSideTest
class SyncFaultsTest {

    @Autowired
    private ApplicationContext context;

    private SyncFixture fixture;
    private SalesforceStandIn salesforce;

    @BeforeEach
    void start() {
        use("attempts=3");
    }

    private void use(String... settings) {
        close();
        fixture = new SyncFixture(context, settings);
        salesforce = fixture.salesforce;
    }

    @AfterEach
    void close() {
        if (fixture != null) {
            fixture.close();
        }
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of("500", Fault.status(500), "UNAVAILABLE: status 500"),
                Arguments.of("503", Fault.status(503), "UNAVAILABLE: status 503"),
                Arguments.of("429", Fault.status(429), "UNAVAILABLE: status 429"),
                Arguments.of("a stall in the middle", Fault.stall(), "UNAVAILABLE: no response in time"),
                Arguments.of("an answer cut off", Fault.answerLost(), "UNAVAILABLE: IOException"),
                Arguments.of(
                        "a maintenance page", Fault.body("<html>Down for maintenance</html>"), "UNREADABLE: not JSON"),
                Arguments.of(
                        "half of a JSON", Fault.body("{\"done\":true,\"records\":[{\"Id\""), "UNREADABLE: not JSON"),
                Arguments.of("nothing at all", Fault.body(""), "UNREADABLE: an empty response"),
                Arguments.of("JSON of something else", Fault.body("{\"hello\":[1]}"), "UNREADABLE: no records"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void a_transient_fault_is_retried(String name, Fault fault, String reason) {
        use("attempts=3", "timeout=300ms");
        var ada = fixture.linkedPerson();
        salesforce.set(ada.record(), true);
        salesforce.failCall(0, fault);

        var run = fixture.syncNow();

        assertThat(run).returns(Status.COMPLETED, Run::status);
        assertThat(salesforce.takeCalls()).containsExactly("query", "query", "query");
        assertThat(fixture.syncedPerson(ada.person()).isUnsubscribed()).isTrue();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void a_lasting_fault_ends_the_run_with_its_reason_and_the_next_run_continues(
            String name, Fault fault, String reason) {
        use("attempts=3", "timeout=300ms");
        var ada = fixture.linkedPerson();
        salesforce.set(ada.record(), true);
        salesforce.failAllCalls(fault);

        var failed = fixture.syncNow();

        assertThat(failed).returns(Status.FAILED, Run::status).returns(reason, Run::reason);
        // Where a connection is cut without an answer, the JDK itself sends each request once more
        var calls = reason.equals("UNAVAILABLE: IOException") ? 6 : 3;
        assertThat(salesforce.takeCalls()).as("three attempts").hasSize(calls);
        fixture.poll();
        assertThat(salesforce.takeCalls()).as("left alone for a while").isEmpty();

        assertThat(fixture.syncNow()).returns(Status.COMPLETED, Run::status);
        assertThat(fixture.syncedPerson(ada.person()).isUnsubscribed()).isTrue();
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
    void results_that_do_not_match_the_rows_are_ignored(String results) {
        var ada = fixture.linkedPerson();
        fixture.optOut(ada.person());
        salesforce.failAllCalls(Fault.body(results));

        fixture.poll();
        assertThat(fixture.records.waiting()).isEqualTo(1);
        salesforce.failNone();
        fixture.clock.advance(Duration.ofHours(1));
        fixture.poll();

        assertThat(ada.record().optedOut).isTrue();
        assertThat(fixture.records.waiting()).isZero();
    }

    @Nested
    class ATokenThat {

        @Test
        void has_expired_is_renewed_once() {
            var ada = fixture.linkedPerson();
            fixture.optOut(ada.person());
            salesforce.forgetTokens();

            fixture.poll();

            assertThat(salesforce.takeCalls()).containsExactly("write 1", "token", "write 1");
            assertThat(ada.record().optedOut).isTrue();
        }

        @Test
        void is_refused_again_at_once_ends_the_run() {
            fixture.linkedPerson();
            salesforce.failAllCalls(Fault.error(401, "INVALID_SESSION_ID"));
            salesforce.failCall(1, null);

            var run = fixture.syncNow();

            assertThat(run)
                    .returns(Status.FAILED, Run::status)
                    .returns("LOGIN_REFUSED: INVALID_SESSION_ID", Run::reason);
            assertThat(salesforce.takeCalls()).containsExactly("query", "token", "query");
        }

        @Test
        void is_refused_ends_the_run_without_logging_the_secret() {
            use("client-secret=wrong-s3cret");

            var run = fixture.syncNow();

            assertThat(run).returns(Status.FAILED, Run::status).returns("LOGIN_REFUSED: invalid_client", Run::reason);
        }

        @Test
        void is_requested_with_a_signed_assertion_if_a_key_is_configured() throws GeneralSecurityException {
            var keys = KeyPairGenerator.getInstance("RSA").generateKeyPair();
            var pem = "-----BEGIN PRIVATE KEY-----\n"
                    + Base64.getMimeEncoder().encodeToString(keys.getPrivate().getEncoded())
                    + "\n-----END PRIVATE KEY-----\n";
            use("private-key=" + pem, "username=sync@example.org", "client-secret=");
            salesforce.trusted = keys.getPublic();

            assertThat(fixture.syncNow()).returns(Status.COMPLETED, Run::status);

            use("private-key=" + pem, "username=sync@example.org", "client-secret=");
            salesforce.trusted =
                    KeyPairGenerator.getInstance("RSA").generateKeyPair().getPublic();
            assertThat(fixture.syncNow()).returns("LOGIN_REFUSED: invalid_client", Run::reason);
        }
    }

    @Test
    void a_used_up_limit_pauses_the_sync_and_is_shown() {
        var ada = fixture.linkedPerson();
        fixture.optOut(ada.person());
        salesforce.failAllCalls(Fault.error(403, "REQUEST_LIMIT_EXCEEDED"));

        fixture.poll();
        assertThat(salesforce.takeCalls()).containsExactly("write 1");
        fixture.poll();
        var waiting = fixture.syncNow();

        assertThat(waiting).returns(Status.QUEUED, Run::status);
        assertThat(salesforce.takeCalls()).isEmpty();
        assertThat(fixture.state.pause()).hasValueSatisfying(pause -> {
            assertThat(pause.until()).isEqualTo(fixture.clock.instant().plus(Duration.ofMinutes(15)));
            assertThat(pause.reason()).isEqualTo("REQUEST_LIMIT: REQUEST_LIMIT_EXCEEDED");
        });

        fixture.clock.advance(Duration.ofMinutes(16));
        fixture.poll();
        assertThat(fixture.runs.find(waiting.id()))
                .hasValueSatisfying(run -> assertThat(run.status()).isEqualTo(Status.COMPLETED));
        assertThat(ada.record().optedOut).isTrue();
        assertThat(fixture.state.pause()).isEmpty();
    }

    @Test
    void an_unknown_field_ends_the_run_at_once_with_the_error_code() {
        use("opt-out-field=NotThere__c");

        assertThat(fixture.syncNow())
                .returns(Status.FAILED, Run::status)
                .returns("REFUSED: INVALID_FIELD", Run::reason);
        assertThat(salesforce.takeCalls()).containsExactly("token", "query");
    }

    @Test
    void a_next_page_on_another_host_is_not_requested() {
        fixture.linkedPerson();
        salesforce.failAllCalls(
                Fault.body(
                        "{\"done\":false,\"nextRecordsUrl\":\"https://evil.example/services/data/v62.0/query/x\",\"records\":[]}"));

        assertThat(fixture.syncNow()).returns("UNREADABLE: the next page is on another host", Run::reason);
    }

    /** Cause that makes the sync retry a row that was set aside. */
    enum RetryCause {
        CHANGED_HERE,
        CHANGED_THERE,
        REQUESTED
    }

    @Nested
    class ARowThat {

        @Test
        void is_locked_is_retried_after_a_short_pause() {
            var ada = fixture.linkedPerson();
            fixture.optOut(ada.person());
            salesforce.failRow(ada.record(), "UNABLE_TO_LOCK_ROW");

            fixture.poll();
            assertThat(ada.record().optedOut).isFalse();
            fixture.clock.advance(Duration.ofSeconds(5));
            fixture.poll();

            assertThat(ada.record().optedOut).isTrue();
            assertThat(fixture.journalOf(ada.person()))
                    .extracting(Entry::outcome)
                    .containsExactly(Outcome.WRITTEN);
        }

        @Test
        void a_validation_rule_refuses_is_in_the_journal_with_the_code_and_retried_the_next_day() {
            var ada = fixture.linkedPerson();
            fixture.optOut(ada.person());
            salesforce.failRow(ada.record(), "FIELD_CUSTOM_VALIDATION_EXCEPTION");

            fixture.poll();
            fixture.clock.advance(Duration.ofHours(1));
            fixture.poll();

            assertThat(salesforce.takeCalls()).containsExactly("write 1");
            assertThat(fixture.journalOf(ada.person()))
                    .singleElement()
                    .returns(Outcome.REFUSED, Entry::outcome)
                    .returns("FIELD_CUSTOM_VALIDATION_EXCEPTION", Entry::detail);
            fixture.clock.advance(Duration.ofDays(1));
            fixture.poll();
            assertThat(ada.record().optedOut).isTrue();
        }

        @ParameterizedTest
        @EnumSource
        void is_refused_for_a_month_is_set_aside_until_a_change_or_a_request(RetryCause cause) {
            var ada = fixture.linkedPerson();
            fixture.optOut(ada.person());
            Collections.nCopies(SyncRecords.MAX_REFUSALS, "FIELD_CUSTOM_VALIDATION_EXCEPTION")
                    .forEach(code -> salesforce.failRow(ada.record(), code));

            for (var day = 0; day < 200; day++) {
                fixture.poll();
                fixture.clock.advance(Duration.ofDays(1));
            }

            assertThat(salesforce.takeCalls()).isEqualTo(Collections.nCopies(SyncRecords.MAX_REFUSALS, "write 1"));
            assertThat(fixture.journalOf(ada.person()))
                    .allSatisfy(line -> assertThat(line.detail()).isEqualTo("FIELD_CUSTOM_VALIDATION_EXCEPTION"))
                    .extracting(Entry::outcome)
                    .containsExactly(
                            Outcome.REFUSED,
                            Outcome.REFUSED,
                            Outcome.REFUSED,
                            Outcome.REFUSED,
                            Outcome.REFUSED,
                            Outcome.SET_ASIDE);
            assertThat(fixture.records.setAside()).isEqualTo(1);
            assertThat(ada.record().optedOut).isFalse();

            switch (cause) {
                case CHANGED_HERE ->
                    fixture.send(new ChangeContactData(
                            ada.person(),
                            new ContactDataPatch(Map.of(ContactField.COMPANY, List.of("Nowak GmbH"))),
                            fixture.clock.instant()));
                case CHANGED_THERE -> {
                    salesforce.touch(ada.record());
                    fixture.runs.queue(SyncRuns.Trigger.SCHEDULE, SyncPlan.SALESFORCE);
                }
                case REQUESTED -> fixture.runs.queue(SyncRuns.Trigger.REQUEST, SyncPlan.SALESFORCE);
            }
            fixture.poll();

            assertThat(ada.record().optedOut).isTrue();
            assertThat(fixture.records.setAside()).isZero();
            assertThat(fixture.records.waiting()).isZero();
        }

        @Test
        void was_set_aside_is_set_aside_again_if_a_requested_retry_fails() {
            var ada = fixture.linkedPerson();
            fixture.optOut(ada.person());
            Collections.nCopies(SyncRecords.MAX_REFUSALS + 1, "FIELD_CUSTOM_VALIDATION_EXCEPTION")
                    .forEach(code -> salesforce.failRow(ada.record(), code));
            for (var day = 0; day < 40; day++) {
                fixture.poll();
                fixture.clock.advance(Duration.ofDays(1));
            }

            var run = fixture.syncNow();

            assertThat(run).returns(Status.COMPLETED, Run::status).returns(1L, Run::refused);
            assertThat(fixture.journalOf(ada.person())).last().returns(Outcome.SET_ASIDE, Entry::outcome);
            assertThat(fixture.records.setAside()).isEqualTo(1);
        }

        @Test
        void is_deleted_in_salesforce_is_given_up() {
            var ada = fixture.linkedPerson();
            fixture.optOut(ada.person());
            salesforce.delete(ada.record());

            fixture.poll();
            fixture.clock.advance(Duration.ofDays(30));
            fixture.poll();

            assertThat(salesforce.takeCalls()).containsExactly("write 1");
            assertThat(fixture.records.waiting()).isZero();
        }

        @Test
        void fails_does_not_stop_the_others_of_its_group() {
            var records = IntStream.range(0, 5)
                    .mapToObj(number -> salesforce.contact(SyncFixture.newAddress(), false))
                    .toList();
            var people = records.stream()
                    .map(record -> fixture.register(record.email))
                    .toList();
            fixture.syncAndForgetCalls();
            people.forEach(fixture::optOut);
            salesforce.failRow(records.get(2), "FIELD_CUSTOM_VALIDATION_EXCEPTION");

            fixture.poll();

            assertThat(salesforce.takeCalls()).containsExactly("write 5");
            assertThat(records.stream().map(record -> record.optedOut)).containsExactly(true, true, false, true, true);
        }
    }

    @Test
    void a_text_without_the_form_of_an_error_code_is_not_shown() {
        assertThat(SalesforceFault.safe("ada@example.org said so")).isEqualTo("UNKNOWN_ERROR");
        assertThat(SalesforceFault.safe("UNABLE_TO_LOCK_ROW")).isEqualTo("UNABLE_TO_LOCK_ROW");
    }
}
