package org.consentledger.command.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consentledger.command.mail.MailLedger.body;
import static org.consentledger.command.mail.MailLedger.link;
import static org.consentledger.command.mail.MailLedger.mailsTo;

import com.icegreen.greenmail.util.GreenMail;
import jakarta.mail.internet.MimeMessage;
import java.util.List;
import java.util.UUID;
import org.consentledger.command.mail.MailLedger.Somebody;
import org.consentledger.kernel.person.EmailContent;
import org.consentledger.kernel.person.EmailFailure;
import org.consentledger.kernel.person.EmailRefusal;
import org.consentledger.kernel.person.PersonEvent.EmailAccepted;
import org.consentledger.kernel.person.PersonEvent.EmailFailed;
import org.consentledger.kernel.person.PersonEvent.EmailRefused;
import org.consentledger.kernel.person.PersonEvent.EmailSent;
import org.consentledger.kernel.provenance.Role;
import org.consentledger.kernel.provenance.Via;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Mails as they arrive at a mail server, and what the ledger says of them. */
class SendingTest {

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

    private static MimeMessage sent(Somebody to, String json) {
        var answer = ledger.send(to, json);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(ledger.outcomeOf(to, answer).getLast()).isInstanceOf(EmailSent.class);
        return mailsTo(mails, to.email()).getLast();
    }

    @Test
    void a_mail_arrives_with_the_link_and_one_click_unsubscribes() throws Exception {
        var ada = ledger.register();

        var answer = ledger.send(ada, "Product news", "There is a new product.");
        var recorded = ledger.outcomeOf(ada, answer);
        var mail = mailsTo(mails, ada.email()).getFirst();

        assertThat(answer.json().path("version").asInt()).isEqualTo(2);
        assertThat(recorded.getFirst()).isInstanceOfSatisfying(EmailAccepted.class, accepted -> {
            assertThat(accepted.to()).isEqualTo(ada.email());
            assertThat(accepted.subject()).isEqualTo("Product news");
            assertThat(accepted.digest()).isEqualTo(new EmailContent("", "There is a new product.", null).digest());
        });
        assertThat(recorded.getLast()).isInstanceOf(EmailSent.class);
        assertThat(mail.getSubject()).isEqualTo("Product news");
        assertThat(mail.getFrom()[0].toString()).isEqualTo("Nowak GmbH <news@nowak.example>");
        assertThat(mail.getHeader("List-Unsubscribe")).hasSize(1);
        assertThat(mail.getHeader("List-Unsubscribe-Post")).containsExactly("List-Unsubscribe=One-Click");
        assertThat(link(mail).toString()).startsWith(MailLedger.BASE + "/u/");
        assertThat(body(mail, "text/plain"))
                .startsWith("There is a new product.")
                .containsOnlyOnce(link(mail).toString());

        assertThat(ledger.oneClick(link(mail)).status()).isEqualTo(200);
        assertThat(ledger.isUnsubscribed(ada)).isTrue();
        assertThat(ledger.provenanceOfLast(ada).via()).isEqualTo(Via.ONE_CLICK);
        assertThat(ledger.provenanceOfLast(ada).actor().id()).isEqualTo("data-subject");
    }

    @Test
    void a_mail_leaves_the_outbox_when_its_outcome_is_recorded() {
        var ada = ledger.register();
        sent(ada, "{\"subject\":\"News\",\"text\":\"Something\"}");

        assertThat(ledger.server.jdbc.queryForObject(
                        "SELECT count(*) FROM outbox WHERE person_id = ?", Long.class, UUID.fromString(ada.id())))
                .isZero();
    }

    @Test
    void a_placeholder_is_replaced_and_no_link_is_appended() throws Exception {
        var mail = sent(ledger.register(), """
                {"subject":"News","text":"Bye? {{unsubscribe}} Yours","html":"<p>Bye? {{unsubscribe}}</p>"}""");

        assertThat(body(mail, "text/plain")).isEqualToNormalizingNewlines("Bye? " + link(mail) + " Yours");
        assertThat(body(mail, "text/html"))
                .containsOnlyOnce(link(mail).toString())
                .contains("<a href=\"" + link(mail) + "\">Unsubscribe</a>");
    }

    @Test
    void without_a_placeholder_the_link_is_appended_to_both_bodies() throws Exception {
        var mail = sent(ledger.register(), """
                {"subject":"Größe 漢字","text":"Hello","html":"<html><body><p>Hello</p></body></html>"}""");

        assertThat(mail.getSubject()).isEqualTo("Größe 漢字");
        assertThat(mail.getContentType()).startsWith("multipart/alternative");
        assertThat(body(mail, "text/plain")).contains("unsubscribe at any time: " + link(mail));
        assertThat(body(mail, "text/html"))
                .containsOnlyOnce("href=\"" + link(mail) + "\"")
                .endsWith("</div></body></html>");
    }

    @Test
    void a_mail_to_an_unsubscribed_person_is_refused_and_the_refusal_recorded() {
        var ada = ledger.register();
        ledger.unsubscribe(ada);

        var answer = ledger.send(ada, "News", "Something");

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.problem()).isEqualTo("person-unsubscribed");
        assertThat(ledger.history(ada).getLast()).isInstanceOfSatisfying(EmailRefused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(EmailRefusal.PERSON_UNSUBSCRIBED);
            assertThat(refused.subject()).isEqualTo("News");
        });
        assertThat(mailsTo(mails, ada.email())).isEmpty();
    }

    @Test
    void a_refusal_is_recorded_once_under_one_idempotency_key() {
        var ada = ledger.register();
        ledger.unsubscribe(ada);
        var before = ledger.history(ada).size();

        for (int time = 0; time < 3; time++) {
            var answer = ledger.server
                    .request("POST", "/api/people/" + ada.id() + "/emails")
                    .header("Idempotency-Key", "refusal-1")
                    .json("{\"subject\":\"News\",\"text\":\"Something\"}")
                    .exchange();
            assertThat(answer.status()).isEqualTo(409);
        }
        assertThat(ledger.history(ada)).hasSize(before + 1);
    }

    @Test
    void a_mail_is_sent_once_under_one_idempotency_key() {
        var ada = ledger.register();
        String first = null;
        for (int time = 0; time < 3; time++) {
            var answer = ledger.server
                    .request("POST", "/api/people/" + ada.id() + "/emails")
                    .header("Idempotency-Key", "mail-1")
                    .json("{\"subject\":\"News\",\"text\":\"Something\"}")
                    .exchange();
            ledger.outcomeOf(ada, answer);
            first = first == null ? answer.body() : first;
            assertThat(answer.body()).isEqualTo(first);
        }
        assertThat(mailsTo(mails, ada.email())).hasSize(1);
    }

    @Test
    void a_mail_to_an_erased_person_is_refused_and_the_refusal_recorded() {
        var ada = ledger.register();
        ledger.erase(ada);

        var answer = ledger.send(ada, "{\"subject\":\"Invoice\",\"text\":\"You owe us\",\"nonCommercial\":true}");

        assertThat(answer.status()).isEqualTo(410);
        assertThat(answer.problem()).isEqualTo("person-erased");
        assertThat(ledger.history(ada).getLast()).isInstanceOfSatisfying(EmailRefused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(EmailRefusal.PERSON_ERASED);
            assertThat(refused.nonCommercial()).isTrue();
            assertThat(refused.subject()).isNull();
        });
    }

    @Test
    void a_non_commercial_mail_is_sent_to_an_unsubscribed_person_without_a_link() throws Exception {
        var ada = ledger.register();
        ledger.unsubscribe(ada);

        var mail = sent(
                ada,
                "{\"subject\":\"Invoice\",\"text\":\"You owe us\",\"html\":\"<p>You owe us</p>\",\"nonCommercial\":true}");

        assertThat(mail.getHeader("List-Unsubscribe")).isNull();
        assertThat(mail.getHeader("List-Unsubscribe-Post")).isNull();
        assertThat(body(mail, "text/plain")).isEqualToNormalizingNewlines("You owe us");
        assertThat(body(mail, "text/html")).isEqualTo("<p>You owe us</p>");
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            subject, "News\\r\\nBcc: everybody@example.org"
            subject, "News\\nBcc: everybody@example.org"
            subject, "News\\rBcc: everybody@example.org"
            subject, "News\\u0000"
            subject, "News\\u2028Bcc: everybody@example.org"
            subject, ""
            text,    "a\\u0000b"
            text,    "  "
            html,    "a\\u0001b"
            """, quoteCharacter = '\'')
    void characters_that_break_a_header_or_a_body_are_refused_with_the_field(String field, String value) {
        var ada = ledger.register();
        var json = field.equals("subject")
                ? "{\"subject\":%s,\"text\":\"Hello\"}".formatted(value)
                : field.equals("text")
                        ? "{\"subject\":\"News\",\"text\":%s}".formatted(value)
                        : "{\"subject\":\"News\",\"text\":\"Hello\",\"html\":%s}".formatted(value);

        var answer = ledger.send(ada, json);

        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.fields()).containsExactly(field);
        assertThat(ledger.history(ada)).hasSize(1);
    }

    @Test
    void a_name_that_looks_like_a_header_gets_into_no_header() throws Exception {
        var address = MailLedger.newAddress();
        var registered = ledger.server
                .request("POST", "/api/people")
                .json("""
                        {"firstName":"Ada\\r\\nBcc: everybody@example.org","emails":["%s"],"source":{"type":"MANUAL_UPLOAD"}}""".formatted(address))
                .exchange();
        var ada = new Somebody(registered.json().path("personId").asString(), address);

        var mail = sent(ada, "{\"subject\":\"News\",\"text\":\"Something\"}");

        assertThat(mail.getHeader("Bcc")).isNull();
        assertThat(mail.getAllRecipients()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ada..nowak@example.org", ".ada@example.org"})
    void an_unsendable_address_is_a_failure_without_retries(String address) {
        var ada = ledger.register(address);

        var answer = ledger.send(ada, "News", "Something");

        assertThat(ledger.outcomeOf(ada, answer).getLast())
                .isInstanceOfSatisfying(
                        EmailFailed.class, failed -> assertThat(failed.reason()).isEqualTo(EmailFailure.UNSENDABLE));
    }

    @Test
    void an_international_domain_is_written_in_ascii() throws Exception {
        var ada = ledger.register("ada@bücher.example");

        var answer = ledger.send(ada, "News", "Something");

        assertThat(ledger.outcomeOf(ada, answer).getLast()).isInstanceOf(EmailSent.class);
        assertThat(mailsTo(mails, "ada@xn--bcher-kva.example")).hasSize(1);
    }

    @Test
    void only_operators_and_admins_may_send_mails() {
        var ada = ledger.register();
        for (var path : List.of("/emails", "/unsubscribe-link")) {
            for (var role : Role.values()) {
                var answer = ledger.command(role, "POST", "/api/people/" + ada.id() + path, "{\"nonsense\":1}");
                assertThat(answer.status())
                        .as("%s as %s", path, role)
                        .isEqualTo(role == Role.OPERATOR || role == Role.ADMIN ? 400 : 403);
            }
        }
        assertThat(ledger.history(ada)).hasSize(1);
    }

    @Test
    void the_open_api_document_describes_the_endpoint() {
        var api = ledger.server.http.request("GET", "/v3/api-docs").exchange();

        assertThat(api.status()).isEqualTo(200);
        assertThat(api.json().path("paths").propertyNames())
                .contains(
                        "/api/people/{id}/emails",
                        "/api/people/{id}/unsubscribe-link",
                        "/api/mail-reports",
                        "/u/{token}");
        assertThat(api.json()
                        .path("paths")
                        .path("/u/{token}")
                        .path("post")
                        .path("security")
                        .isEmpty())
                .isTrue();
    }

    @Test
    void an_unknown_person_is_not_found() {
        var nobody = new Somebody(UUID.randomUUID().toString(), "nobody@example.org");
        assertThat(ledger.send(nobody, "News", "Something").status()).isEqualTo(404);
    }
}
