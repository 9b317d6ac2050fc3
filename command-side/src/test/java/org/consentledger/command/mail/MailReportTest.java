package org.consentledger.command.mail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.consentledger.command.mail.MailLedger.link;
import static org.consentledger.command.mail.MailLedger.mailsTo;

import com.icegreen.greenmail.util.GreenMail;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.consentledger.command.mail.MailLedger.Somebody;
import org.consentledger.command.mail.MailReport.UnreadableReportException;
import org.consentledger.foundation.http.ServerForTests.Answer;
import org.consentledger.kernel.person.PersonEvent.Unsubscribed;
import org.consentledger.kernel.person.UnsubscribeReason;
import org.consentledger.kernel.provenance.Role;
import org.consentledger.testdata.TestData;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bounces and complaints, as mail servers and mailbox providers write them. */
class MailReportTest {

    private static GreenMail mails;
    private static MailLedger ledger;

    @BeforeAll
    static void start() {
        mails = MailLedger.mailServer();
        ledger = MailLedger.sendingTo(mails.getSmtp().getPort());
    }

    @AfterAll
    static void stop() {
        ledger.close();
        mails.stop();
    }

    private static String crlf(String text) {
        return text.replace("\r\n", "\n").replace("\n", "\r\n");
    }

    private static String delivery(String action, String status, String recipient, String returned) {
        return crlf("""
                From: MAILER-DAEMON@mx.example
                To: bounces@nowak.example
                Subject: Undelivered Mail Returned to Sender
                MIME-Version: 1.0
                Content-Type: multipart/report; report-type=delivery-status;
                \tboundary="b1"

                This is a MIME-encapsulated message.

                --b1
                Content-Type: text/plain

                I'm sorry to have to inform you.

                --b1
                Content-Type: message/delivery-status

                Reporting-MTA: dns; mx.example
                Arrival-Date: Mon, 2 Mar 2026 09:00:00 +0000

                Final-Recipient: rfc822; %s
                Action: %s
                Status: %s

                --b1
                Content-Type: text/rfc822-headers

                %s

                --b1--
                """.formatted(recipient, action, status, returned));
    }

    private static String complaint(String type, String fields, String returned) {
        return crlf("""
                From: feedback@provider.example
                MIME-Version: 1.0
                Content-Type: multipart/report; report-type=feedback-report; boundary="b2"

                --b2
                Content-Type: text/plain

                This is an email abuse report.

                --b2
                Content-Type: message/feedback-report

                Feedback-Type: %s
                User-Agent: SomeGenerator/1.0
                Version: 1
                %s
                --b2
                Content-Type: message/rfc822
                Content-Disposition: inline

                %s

                Hello
                --b2--
                """.formatted(type, fields, returned));
    }

    private static Answer report(String message) {
        return report("message/rfc822", message);
    }

    private static Answer report(String contentType, String message) {
        return ledger.server
                .request("POST", "/api/mail-reports")
                .header("Content-Type", contentType)
                .json(message)
                .exchange();
    }

    private static UnsubscribeReason reasonOf(Somebody who) {
        return ledger.history(who).getLast() instanceof Unsubscribed optOut ? optOut.reason() : null;
    }

    @Test
    void a_permanent_failure_unsubscribes_its_recipients() {
        var ada = ledger.register();

        var answer = report(delivery("failed", "5.1.1", ada.email().toUpperCase(java.util.Locale.ROOT), "Subject: x"));

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.json().path("kind").asString()).isEqualTo("PERMANENT_FAILURE");
        assertThat(answer.json().path("unsubscribed").asInt()).isEqualTo(1);
        assertThat(reasonOf(ada)).isEqualTo(UnsubscribeReason.BOUNCED);
        assertThat(report(delivery("failed", "5.1.1", ada.email(), "Subject: x"))
                        .status())
                .isEqualTo(200);
        assertThat(ledger.history(ada)).hasSize(2);
    }

    @Test
    void an_address_without_a_person_is_suppressed() {
        var address = MailLedger.newAddress();
        report(delivery("failed", "5.1.1", address, "Subject: x"));
        assertThat(ledger.isUnsubscribed(ledger.register(address))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"delayed, 4.4.1", "failed, 4.4.7", "delivered, 2.0.0", "relayed, 2.0.0", "delayed, 5.1.1"})
    void a_temporary_failure_or_a_delivery_changes_nothing(String action, String status) {
        var ada = ledger.register();

        var answer = report(delivery(action, status, ada.email(), "Subject: x"));

        assertThat(answer.json().path("kind").asString()).isEqualTo("OTHER");
        assertThat(ledger.history(ada)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "5.1.1, true",
        "5.1.2, true",
        "5.1.10, true",
        "5.2.1, true",
        "5.4.4, true",
        "5.0.0, true",
        "5.2.2, true",
        "5.7.1, false",
        "5.7.26, false",
        "5.6.0, false",
        "5.5.2, false",
        "5.3.4, false",
        "5.2.3, false",
        "5.1.7, false",
        "5.1.8, false"
    })
    void a_failure_caused_by_the_mail_or_its_sender_changes_nothing(String status, boolean unsubscribes) {
        var ada = ledger.register();

        report(delivery("failed", status, ada.email(), "Subject: x"));

        assertThat(ledger.isUnsubscribed(ada)).isEqualTo(unsubscribes);
    }

    @Test
    void a_mail_of_the_ledger_is_recognised_by_its_message_id_with_any_recipient_in_the_report() throws Exception {
        var ada = ledger.register();
        ledger.outcomeOf(ada, ledger.send(ada, "News", "Something"));
        var id = mailsTo(mails, ada.email()).getFirst().getMessageID();

        report(delivery("failed", "5.1.1", "forwarded-to@elsewhere.example", "Message-ID: " + id));

        assertThat(reasonOf(ada)).isEqualTo(UnsubscribeReason.BOUNCED);
        assertThat(ledger.isUnsubscribed(ledger.register("forwarded-to@elsewhere.example")))
                .isFalse();
    }

    @Test
    void a_complaint_with_a_redacted_recipient_is_recognised_by_the_link() throws Exception {
        var ada = ledger.register();
        ledger.outcomeOf(ada, ledger.send(ada, "News", "Something"));
        var link = link(mailsTo(mails, ada.email()).getFirst());

        var answer = report(complaint(
                "abuse",
                "Original-Rcpt-To: <redacted@provider.example>\n",
                "From: news@nowak.example\nList-Unsubscribe: <https://ledger.example.org/u/\n "
                        + link.getPath().substring(3) + ">"));

        assertThat(answer.json().path("kind").asString()).as(answer.body()).isEqualTo("COMPLAINT");
        assertThat(reasonOf(ada)).isEqualTo(UnsubscribeReason.COMPLAINED);
        assertThat(ledger.provenanceOfLast(ada).actor().roles()).contains("operator");
    }

    @ParameterizedTest
    @CsvSource({
        "abuse, true",
        "fraud, true",
        "opt-out, true",
        "other, true",
        "x-new-kind, true",
        "not-spam, false",
        "virus, false",
        "auth-failure, false",
        "NOT-SPAM, false"
    })
    void only_a_complaint_unsubscribes(String type, boolean unsubscribes) {
        var ada = ledger.register();

        var answer = report(complaint(type, "Original-Rcpt-To: <" + ada.email() + ">\n", "From: news@nowak.example"));

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(ledger.isUnsubscribed(ada)).isEqualTo(unsubscribes);
    }

    @Test
    void the_report_may_come_without_the_message_around_it() {
        var ada = ledger.register();
        var message = delivery("failed", "5.1.1", ada.email(), "Subject: x");
        var body = message.substring(message.indexOf("\r\n\r\n") + 4);

        var answer = report("multipart/report; report-type=delivery-status; boundary=\"b1\"", body);

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(reasonOf(ada)).isEqualTo(UnsubscribeReason.BOUNCED);
    }

    @Test
    void a_forged_link_or_message_id_opts_out_no_person() {
        var before = ledger.server.events();

        report(delivery(
                "failed",
                "5.1.1",
                "utf-8; \\x{24}\\x{D800}\\x{110000}@",
                "Message-ID: <ledger." + UUID.randomUUID()
                        + "@nowak.example>\nList-Unsubscribe: <https://ledger.example.org/u/" + "A".repeat(50) + ">"));

        assertThat(ledger.server.events()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no mail at all",
                "Subject: Hello\r\n\r\nI am away until Monday",
                "Content-Type: multipart/report; boundary=b\r\n\r\nnothing",
                "Content-Type: multipart/report\r\n\r\n--b\r\n\r\n--b--",
                "Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHi\r\n--b--",
                "Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n--b--",
                "Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/feedback-report\r\n\r\nVersion: 1\r\n--b--",
                "Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\nContent-Transfer-Encoding: base64\r\n\r\n%%%%\r\n--b--"
            })
    void a_message_without_a_report_is_refused(String message) {
        var before = ledger.server.events();
        var answer = report(message);
        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(ledger.server.events()).isEqualTo(before);
    }

    @Test
    void a_report_with_random_damage_is_read_or_refused_as_unreadable() {
        var random = new java.util.Random(42);
        var whole = delivery("failed", "5.1.1", "somebody@example.org", "Message-ID: <x@y>");
        var statuses = new HashSet<Integer>();
        for (int round = 0; round < 200; round++) {
            var damaged = new StringBuilder(whole);
            for (int hit = 0; hit < 5; hit++) {
                damaged.setCharAt(random.nextInt(damaged.length()), (char) random.nextInt(256));
            }
            var message = damaged.toString();
            var status = report(message).status();
            assertThat(status).as(message).isIn(isReadable(message) ? Set.of(200, 422) : Set.of(400));
            statuses.add(status);
        }
        assertThat(statuses).as("both occur").contains(200, 400);
    }

    private static boolean isReadable(String message) {
        try {
            MailReport.read(message.getBytes(UTF_8), "message/rfc822");
            return true;
        } catch (UnreadableReportException unreadable) {
            return false;
        }
    }

    /** Reports about an address of a file; a new name takes the place of the name in the file. */
    private static void reports(TestData data, String file, String address, @Nullable UnsubscribeReason reason) {
        var written = address.split("[+@]")[0];
        var name = UUID.randomUUID().toString();
        var somebody = ledger.register(address.replace(written, name));
        var report = data.text(file).replaceAll("\\b" + written + "(?=[+@])", name);

        var answer = report(report);

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(reasonOf(somebody)).as(answer.body()).isEqualTo(reason);
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
                    mailbox-file-line-on-top,                  ada@example.org,       BOUNCED
                    no-action,                                 ada@example.org,       BOUNCED
                    one-block,                                 ada@example.org,       BOUNCED
                    exchange-quoted-printable,                 ada@example.org,       BOUNCED
                    exchange-authentication-of-the-sender,     ada@example.org,       -
                    utf-8-recipient,                           ada+á@example.org,      BOUNCED
                    rfc-6533-recipient,                        ada+á@example.org,     BOUNCED
                    punycode-recipient,                        ada@zürich.example.com, BOUNCED
                    literal-plus-and-digits,                   ada+42@example.org,    BOUNCED
                    xtext-recipient,                           ada+news=a@example.org, BOUNCED
                    notes-without-status,                      ada@example.org,       BOUNCED
                    gmail-rate-limit,                          ada@example.org,       -
                    forwarded-twice,                           ada@example.org,       BOUNCED
                    message-as-the-whole-content,              ada@example.org,       BOUNCED
                    exim-plain-text,                           ada@example.org,       BOUNCED
                    exim-plain-text,                           bo@example.org,        -
                    exim-unrouteable,                          ada@example.org,       BOUNCED
                    exim-sender-blamed,                        ada@example.org,       -
                    exim-retry-timeout,                        ada@example.org,       -
                    exim-report-with-the-reason-in-the-text,   ada@example.org,       -
                    exim-report-unrouteable,                   ada@example.org,       BOUNCED
                    qmail-two-recipients,                      ada@example.org,       BOUNCED
                    qmail-two-recipients,                      bo@example.org,        -
                    qmail-sender-blamed,                       ada@example.org,       -
                    gateway-around-qmail,                      ada@example.org,       BOUNCED
                    complaint-hotmail-field,                   ada@example.org,       COMPLAINED
                    complaint-hotmail-without-report,          ada@example.org,       COMPLAINED
                    complaint-received-for,                    ada@example.org,       COMPLAINED
                    complaint-single-to,                       ada@example.org,       COMPLAINED
                    """)
    void a_report_of_another_kind_is_understood(String file, String address, UnsubscribeReason reason) {
        reports(TestData.LOOK_ALIKES, "mail-reports/" + file + ".eml", address, reason);
    }

    @ParameterizedTest
    @EnabledIf("hasReportsFromOutside")
    @CsvSource(nullValues = "-", textBlock = """
                    status-5.0.0-but-the-sender-is-blamed/reputation,      ada@example.org,        -
                    status-5.0.0-but-the-sender-is-blamed/reverse-name,    ada@example.org,        -
                    status-5.0.0-but-the-sender-is-blamed/unauthenticated, ada@example.org,        -
                    no-status-or-an-odd-one/both-codes,                    ada@example.org,        BOUNCED
                    no-status-or-an-odd-one/reply-code,                    ada@example.org,        BOUNCED
                    no-status-or-an-odd-one/without,                       ada@example.org,        BOUNCED
                    blank-line-on-top/report,                              ada@example.org,        BOUNCED
                    report-inside-another-message/forwarded,               ada@example.org,        BOUNCED
                    report-inside-another-message/gateway,                 ada@example.org,        BOUNCED
                    qmail-in-plain-words/report,                           ada@example.org,        BOUNCED
                    complaint-names-the-reader-in-the-returned-mail-alone/complaint, ada@example.org, COMPLAINED
                    recipient-in-the-form-of-rfc-6533/report,              ada@zürich.example.com, BOUNCED
                    original-recipient-in-xtext/report,                    ada+news@example.org,   BOUNCED
                    odd-fields/comment,                                    ada@example.org,        BOUNCED
                    odd-fields/display-name,                               ada@example.org,        BOUNCED
                    """)
    void a_report_from_outside_ends_as_its_folder_says(String file, String address, UnsubscribeReason reason) {
        reports(TestData.FROM_OUTSIDE, "borders/" + file + ".eml", address, reason);
    }

    static boolean hasReportsFromOutside() {
        return TestData.present().anyMatch(TestData.FROM_OUTSIDE::equals);
    }

    @Test
    void an_attached_report_may_be_in_base64() {
        var ada = ledger.register();
        var report = delivery("failed", "5.1.1", ada.email(), "Subject: x").getBytes(UTF_8);

        report("Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                + Base64.getMimeEncoder().encodeToString(report));

        assertThat(reasonOf(ada)).isEqualTo(UnsubscribeReason.BOUNCED);
    }

    @Test
    void a_complaint_that_names_nobody_is_refused_so_that_the_pipe_keeps_it() {
        var before = ledger.server.events();

        var answer = report(TestData.LOOK_ALIKES.text("mail-reports/complaint-names-nobody.eml"));

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.body()).contains("report-without-recipient");
        assertThat(ledger.server.events()).isEqualTo(before);
    }

    @Test
    void a_long_text_is_read_in_time_and_a_malformed_recipient_is_skipped() {
        var ada = ledger.register();
        var before = ledger.server.events();

        var answer =
                report("Subject: failure\r\n\r\nHi. This is the qmail-send program.\r\n\r\n<a\"b@[x>:\r\nno\r\n\r\n<"
                        + ada.email() + ">:\r\nno such user\r\n" + "more words\r\n".repeat(500_000));

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(ledger.server.events()).isEqualTo(before + 1);
        assertThat(reasonOf(ada)).isEqualTo(UnsubscribeReason.BOUNCED);
    }

    @Test
    void a_message_in_too_many_envelopes_is_refused() {
        var message = delivery("failed", "5.1.1", "somebody@example.org", "Subject: x");
        for (int layer = 0; layer < 5_000; layer++) {
            message = "Content-Type: message/rfc822\r\n\r\n" + message;
        }
        assertThat(report(message).status()).isEqualTo(400);
    }

    @Test
    void any_number_of_blank_lines_is_skipped() {
        var ada = ledger.register();
        var bob = ledger.register();
        var blankLines = "\r\n".repeat(500_000);

        report(delivery("failed", "5.1.1", ada.email(), "Subject: x")
                .replace("Final-Recipient", blankLines + "Final-Recipient"));
        report(complaint("abuse", "Original-Rcpt-To: <" + bob.email() + ">\n", "From: news@nowak.example")
                .replace("Feedback-Type", blankLines + "Feedback-Type"));

        assertThat(reasonOf(ada)).isEqualTo(UnsubscribeReason.BOUNCED);
        assertThat(reasonOf(bob)).isEqualTo(UnsubscribeReason.COMPLAINED);
    }

    @Test
    void a_report_about_more_recipients_than_any_mail_has_is_refused() {
        var ada = ledger.register();

        var tooMany = report(aboutOthersToo(999, ada));

        assertThat(tooMany.status()).as(tooMany.body()).isEqualTo(400);
        assertThat(ledger.isUnsubscribed(ada)).isFalse();
        assertThat(report(aboutOthersToo(998, ada)).status()).isEqualTo(200);
        assertThat(ledger.isUnsubscribed(ada)).isTrue();
    }

    private static String aboutOthersToo(int others, Somebody last) {
        return delivery("failed", "5.1.1", last.email(), "Subject: x")
                .replace(
                        "\r\n\r\nFinal-Recipient",
                        "\r\n\r\nFinal-Recipient: rfc822; other@example.org\r\nAction: delivered".repeat(others)
                                + "\r\n\r\nFinal-Recipient");
    }

    @Test
    void a_report_that_is_too_large_is_refused() {
        var answer = report(delivery("failed", "5.1.1", "a@example.org", "X: " + "a".repeat(11 * 1024 * 1024)));
        assertThat(answer.status()).isEqualTo(413);
        assertThat(report("text/plain", "hello").status()).isEqualTo(415);
    }

    @Test
    void only_operators_may_send_reports() {
        for (var role : new Role[] {Role.ANALYST, Role.AUDITOR}) {
            assertThat(ledger.server
                            .http
                            .request("POST", "/api/mail-reports")
                            .token(ledger.server.http.issuer.token(role))
                            .header("Content-Type", "message/rfc822")
                            .json("x")
                            .exchange()
                            .status())
                    .isEqualTo(403);
        }
    }
}
