package org.consentledger.command.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.consentledger.foundation.store.PostgresForTests.asOwner;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.consentledger.command.mail.MailLedger.Somebody;
import org.consentledger.command.mail.SmtpStub.Mood;
import org.consentledger.foundation.http.ServerForTests.Answer;
import org.consentledger.foundation.store.PostgresForTests;
import org.consentledger.kernel.person.EmailFailure;
import org.consentledger.kernel.person.EmailRefusal;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonEvent.EmailFailed;
import org.consentledger.kernel.person.PersonEvent.EmailRefused;
import org.consentledger.kernel.person.PersonEvent.EmailSent;
import org.consentledger.kernel.person.PersonEvent.PersonErased;
import org.consentledger.kernel.person.PersonEvent.Unsubscribed;
import org.consentledger.kernel.person.UnsubscribeReason;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Mail servers as they are: away, slow, full, picky, and gone in the worst moment. No mail is sent twice. */
class SmtpTroubleTest {

    private static final String DATABASE = PostgresForTests.newDatabase();
    private static SmtpStub smtp;
    private static MailLedger ledger;

    @BeforeAll
    static void start() {
        smtp = new SmtpStub();
        ledger = MailLedger.on(DATABASE, smtp.port());
    }

    @AfterAll
    static void stop() {
        smtp.close();
        ledger.close();
    }

    @BeforeEach
    void reset_the_server() {
        smtp.forget();
    }

    private static Answer send(Somebody to) {
        return send(ledger, to);
    }

    private static Answer send(MailLedger ledger, Somebody to) {
        var answer = ledger.send(to, "News", "Something for " + to.email());
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer;
    }

    private static PersonEvent outcome(Somebody to, Answer sent) {
        return outcome(ledger, to, sent);
    }

    private static PersonEvent outcome(MailLedger ledger, Somebody to, Answer sent) {
        var events = ledger.outcomeOf(to, sent);
        assertThat(events).hasSize(2);
        return events.getLast();
    }

    @ParameterizedTest
    @CsvSource({
        "FORBIDS_RECIPIENT, REJECTED, 550 5.7.1",
        "REFUSES_RECIPIENT_WITHOUT_A_REASON, REJECTED, 550",
        "REFUSES_SENDER, REJECTED, 550 5.7.1",
        "REFUSES_CONTENT, REJECTED, 554 5.7.1",
        "HANGS_UP_AFTER_CONTENT, OUTCOME_UNKNOWN,"
    })
    void a_permanent_failure_is_recorded_and_not_retried(Mood mood, EmailFailure reason, String status) {
        smtp.mood = mood;
        var ada = ledger.register();

        assertThat(outcome(ada, send(ada))).isInstanceOfSatisfying(EmailFailed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(reason);
            assertThat(failed.status()).isEqualTo(status);
        });
        assertThat(smtp.connections).hasValue(1);
        assertThat(ledger.isUnsubscribed(ada)).isFalse();
    }

    @Test
    void an_address_that_the_mail_server_does_not_know_is_opted_out() {
        smtp.mood = Mood.REFUSES_RECIPIENT;
        var ada = ledger.register();

        assertThat(outcome(ada, send(ada))).isInstanceOfSatisfying(EmailFailed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(EmailFailure.REJECTED);
            assertThat(failed.status()).isEqualTo("550 5.1.1");
        });
        assertThat(smtp.connections).hasValue(1);
        assertThat(ledger.history(ada))
                .filteredOn(Unsubscribed.class::isInstance)
                .singleElement()
                .isInstanceOfSatisfying(
                        Unsubscribed.class,
                        optOut -> assertThat(optOut.reason()).isEqualTo(UnsubscribeReason.BOUNCED));
        smtp.mood = Mood.TAKES;
        assertThat(ledger.send(ada, "News", "Something").status()).isEqualTo(409);
        assertThat(ledger.isUnsubscribed(ledger.register(anotherAt(ada)))).isTrue();
    }

    /** Removes the address from the person, so that another person can get it. */
    private static String anotherAt(Somebody who) {
        assertThat(ledger.erase(who).status()).isEqualTo(200);
        return who.email();
    }

    @ParameterizedTest
    @EnumSource(
            value = Mood.class,
            names = {"GREETS_WITH_421", "DEFERS_RECIPIENT", "DEFERS_CONTENT", "HANGS_UP_BEFORE_CONTENT"})
    void a_temporary_failure_is_retried_until_it_has_passed(Mood mood) {
        smtp.mood = mood;
        var ada = ledger.register();
        var sent = send(ada);
        await().until(() -> smtp.connections.get() >= 2);
        assertThat(ledger.history(ada)).hasSize(2);

        var before = smtp.contents.size();
        smtp.mood = Mood.TAKES;

        assertThat(outcome(ada, sent)).isInstanceOf(EmailSent.class);
        assertThat(smtp.contents).hasSize(before + 1);
    }

    @Test
    void a_mail_that_the_server_accepted_is_sent_even_if_it_hangs_up_afterwards() {
        smtp.mood = Mood.TAKES_AND_HANGS_UP;
        var ada = ledger.register();

        assertThat(outcome(ada, send(ada))).isInstanceOf(EmailSent.class);
        assertThat(smtp.contents).hasSize(1);
    }

    @Test
    void a_database_outage_before_the_content_only_delays_the_mail() throws Exception {
        smtp.arm(Mood.HOLDS_BEFORE_CONTENT);
        var ada = ledger.register();
        var sent = send(ada);
        assertThat(smtp.held.await(20, TimeUnit.SECONDS)).isTrue();

        asOwner(ledger.server.jdbc).execute("ALTER TABLE mail_trace RENAME TO mail_trace_away");
        smtp.goOn.countDown();
        await().until(() -> smtp.connections.get() >= 2);
        assertThat(ledger.history(ada)).hasSize(2);
        assertThat(smtp.contents).isEmpty();
        asOwner(ledger.server.jdbc).execute("ALTER TABLE mail_trace_away RENAME TO mail_trace");

        assertThat(outcome(ada, sent)).isInstanceOf(EmailSent.class);
        assertThat(smtp.contents).hasSize(1);
    }

    @Test
    void a_mail_server_that_is_down_gets_the_mails_when_it_is_back() {
        var port = smtp.port();
        smtp.close();
        var people = IntStream.range(0, 5).mapToObj(number -> ledger.register()).toList();
        var sent = people.stream().map(who -> send(who)).toList();
        await().pollDelay(Duration.ofMillis(500)).until(() -> true);
        assertThat(people).allSatisfy(who -> assertThat(ledger.history(who)).hasSize(2));

        smtp = new SmtpStub(port);

        for (int number = 0; number < 5; number++) {
            assertThat(outcome(people.get(number), sent.get(number))).isInstanceOf(EmailSent.class);
        }
        assertThat(smtp.contents).hasSize(5);
    }

    @Test
    void metrics_show_the_number_and_the_age_of_waiting_mails() {
        smtp.mood = Mood.DEFERS_RECIPIENT;
        var ada = ledger.register();
        var sent = send(ada);

        assertThat(metric("ledger.outbox.mails")).isEqualTo(1);
        await().until(() -> metric("ledger.outbox.oldest.age") >= 1);
        smtp.mood = Mood.TAKES;
        assertThat(outcome(ada, sent)).isInstanceOf(EmailSent.class);

        assertThat(metric("ledger.outbox.mails")).isZero();
        assertThat(metric("ledger.outbox.oldest.age")).isZero();
    }

    private static double metric(String name) {
        return ledger.server
                .http
                .request("GET", "/actuator/metrics/" + name)
                .token(ledger.server.http.issuer.token(org.consentledger.kernel.provenance.Role.ADMIN))
                .exchange()
                .json()
                .path("measurements")
                .path(0)
                .path("value")
                .asDouble();
    }

    @Test
    void a_mail_that_no_server_accepts_is_given_up_in_the_end() {
        smtp.mood = Mood.DEFERS_RECIPIENT;
        try (var hasty = MailLedger.sendingTo(smtp.port(), "--ledger.mail.give-up-after=500ms")) {
            var ada = hasty.register();

            assertThat(outcome(hasty, ada, send(hasty, ada))).isInstanceOfSatisfying(EmailFailed.class, failed -> {
                assertThat(failed.reason()).isEqualTo(EmailFailure.GAVE_UP);
                assertThat(failed.status()).isEqualTo("450 4.2.1");
            });
        }
    }

    @Test
    void an_opt_out_before_the_content_is_transferred_stops_the_mail() throws Exception {
        smtp.arm(Mood.HOLDS_BEFORE_CONTENT);
        var ada = ledger.register();
        var sent = send(ada);
        assertThat(smtp.held.await(20, TimeUnit.SECONDS)).isTrue();

        assertThat(ledger.unsubscribe(ada).status()).isEqualTo(200);
        smtp.goOn.countDown();

        assertThat(outcome(ada, sent))
                .isInstanceOfSatisfying(
                        EmailRefused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(EmailRefusal.PERSON_UNSUBSCRIBED));
        assertThat(smtp.contents).isEmpty();
    }

    @Test
    void an_erasure_before_the_content_is_transferred_stops_the_mail() throws Exception {
        smtp.arm(Mood.HOLDS_BEFORE_CONTENT);
        var ada = ledger.register();
        var sent = send(ada);
        assertThat(smtp.held.await(20, TimeUnit.SECONDS)).isTrue();

        assertThat(ledger.erase(ada).status()).isEqualTo(200);
        assertThat(ledger.server.jdbc.queryForList("SELECT content FROM outbox", byte[].class))
                .containsExactly((byte[]) null);
        smtp.goOn.countDown();

        assertThat(outcome(ada, sent))
                .isInstanceOfSatisfying(
                        EmailRefused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(EmailRefusal.PERSON_ERASED));
        assertThat(smtp.contents).isEmpty();
    }

    @Test
    void an_erasure_during_the_transfer_is_followed_by_the_outcome_of_the_mail() throws Exception {
        smtp.arm(Mood.HOLDS_AFTER_CONTENT);
        var ada = ledger.register();
        var sent = send(ada);
        assertThat(smtp.held.await(20, TimeUnit.SECONDS)).isTrue();

        assertThat(ledger.erase(ada).status()).isEqualTo(200);
        smtp.goOn.countDown();

        assertThat(outcome(ada, sent)).isInstanceOf(EmailSent.class);
        assertThat(ledger.history(ada))
                .filteredOn(PersonErased.class::isInstance)
                .hasSize(1);
    }

    @Test
    void a_change_of_address_while_a_mail_waits_stops_it() {
        smtp.mood = Mood.DEFERS_RECIPIENT;
        var ada = ledger.register();
        var sent = send(ada);
        ledger.command(
                org.consentledger.kernel.provenance.Role.OPERATOR,
                "PATCH",
                "/api/people/" + ada.id(),
                "{\"emails\":[\"" + MailLedger.newAddress() + "\"]}");

        assertThat(outcome(ada, sent))
                .isInstanceOfSatisfying(
                        EmailRefused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(EmailRefusal.ADDRESS_GONE));
        smtp.mood = Mood.TAKES;
        assertThat(smtp.contents).isEmpty();
    }

    @Test
    void a_slow_mail_server_delays_only_its_own_mail() throws Exception {
        smtp.arm(Mood.HOLDS_AFTER_CONTENT);
        var slow = ledger.register();
        var sentSlowly = send(slow);
        assertThat(smtp.held.await(20, TimeUnit.SECONDS)).isTrue();
        smtp.mood = Mood.TAKES;

        var others = IntStream.range(0, 5).mapToObj(number -> ledger.register()).toList();
        for (var other : others) {
            assertThat(outcome(other, send(other))).isInstanceOf(EmailSent.class);
        }
        // Longer than the lease: who still works on a mail keeps it
        await().pollDelay(Duration.ofSeconds(3)).until(() -> true);
        assertThat(ledger.history(slow)).hasSize(2);
        smtp.goOn.countDown();

        assertThat(outcome(slow, sentSlowly)).isInstanceOf(EmailSent.class);
        assertThat(smtp.contents).hasSize(6);
    }

    @Test
    void a_mail_whose_sender_died_is_sent_by_another_process_unless_its_handover_had_begun() {
        var database = PostgresForTests.newDatabase();
        Somebody ada;
        Somebody bob;
        Answer sentToAda;
        Answer sentToBob;
        smtp.mood = Mood.DEFERS_RECIPIENT;
        try (var dying = MailLedger.on(database, smtp.port(), "--ledger.mail.first-retry=1h")) {
            ada = dying.register();
            bob = dying.register();
            sentToAda = send(dying, ada);
            sentToBob = send(dying, bob);
            await().until(() -> dying.server.jdbc.queryForObject(
                            "SELECT count(*) FROM outbox WHERE attempts = 1 AND NOT EXISTS (SELECT FROM lease)",
                            Long.class)
                    == 2);
            // As a killed process leaves them behind: one mail was being handed over, the other was not
            leaveBehind(dying, ada, "now()");
            leaveBehind(dying, bob, "NULL");
        }
        smtp.mood = Mood.TAKES;
        try (var next = MailLedger.on(database, smtp.port())) {
            assertThat(outcome(next, ada, sentToAda))
                    .isInstanceOfSatisfying(
                            EmailFailed.class,
                            failed -> assertThat(failed.reason()).isEqualTo(EmailFailure.OUTCOME_UNKNOWN));
            assertThat(outcome(next, bob, sentToBob)).isInstanceOf(EmailSent.class);
        }
        assertThat(smtp.contents).singleElement().asString().contains(bob.email());
    }

    private static void leaveBehind(MailLedger dying, Somebody to, String handingOverSince) {
        assertThat(dying.server.jdbc.update(
                        "WITH mail AS (UPDATE outbox SET next_attempt_at = now(), handing_over_since = "
                                + handingOverSince + " WHERE person_id = ? RETURNING email_id)"
                                + " INSERT INTO lease SELECT 'mail:' || email_id, gen_random_uuid(),"
                                + " now() + interval '500 milliseconds' FROM mail",
                        to.personId().value()))
                .isEqualTo(1);
    }

    @Test
    void a_sender_with_an_expired_lease_can_not_send_and_the_mail_arrives_once() throws Exception {
        smtp.arm(Mood.HOLDS_AFTER_CONTENT);
        var database = PostgresForTests.newDatabase();
        try (var slow = MailLedger.on(database, smtp.port());
                var other = MailLedger.on(database, smtp.port())) {
            var ada = slow.register();
            var sent = send(slow, ada);
            assertThat(smtp.held.await(20, TimeUnit.SECONDS)).isTrue();
            slow.server.jdbc.update("UPDATE lease SET holder = gen_random_uuid(), expires_at = now()");

            assertThat(outcome(other, ada, sent))
                    .isInstanceOfSatisfying(
                            EmailFailed.class,
                            failed -> assertThat(failed.reason()).isEqualTo(EmailFailure.OUTCOME_UNKNOWN));
            smtp.goOn.countDown();
            await().pollDelay(Duration.ofMillis(500)).until(() -> true);
            assertThat(slow.history(ada)).hasSize(3);
        }
        assertThat(smtp.contents).hasSize(1);
    }

    @Test
    void several_processes_send_each_mail_once() {
        try (var second = MailLedger.on(DATABASE, smtp.port());
                var third = MailLedger.on(DATABASE, smtp.port())) {
            var people =
                    IntStream.range(0, 60).mapToObj(number -> ledger.register()).toList();
            var senders = new MailLedger[] {ledger, second, third};
            var sent = IntStream.range(0, 60)
                    .mapToObj(number -> CompletableFuture.supplyAsync(() -> senders[number % 3].send(
                            people.get(number),
                            "News",
                            "Something for " + people.get(number).email())))
                    .toList();
            for (int number = 0; number < 60; number++) {
                assertThat(outcome(people.get(number), sent.get(number).join())).isInstanceOf(EmailSent.class);
            }
        }
        assertThat(smtp.contents).hasSize(60).doesNotHaveDuplicates();
    }
}
