package org.consentledger.command.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.consentledger.command.jobs.JobServer;
import org.consentledger.command.mail.MailLedger;
import org.consentledger.command.mail.MailLedger.Somebody;
import org.consentledger.foundation.http.ServerForTests.Answer;
import org.consentledger.foundation.store.PostgresForTests;
import org.consentledger.foundation.store.TestLedger;
import org.consentledger.kernel.person.PersonEvent.EmailRefused;
import org.consentledger.kernel.person.PersonEvent.ResubscribeApproved;
import org.consentledger.kernel.person.PersonEvent.Unsubscribed;
import org.consentledger.kernel.person.UnsubscribeReason;
import org.consentledger.kernel.provenance.Role;
import org.consentledger.kernel.provenance.Via;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** The unsubscribe link as recipients, mail scanners and attackers use it. */
@ExtendWith(OutputCaptureExtension.class)
class UnsubscribeLinkTest {

    private static final String DATABASE = PostgresForTests.newDatabase();
    private static MailLedger ledger;

    @BeforeAll
    static void start() {
        ledger = MailLedger.on(DATABASE, 1);
    }

    @AfterAll
    static void stop() {
        ledger.close();
    }

    private static String linkOf(Somebody who) {
        var answer = ledger.command(Role.OPERATOR, "POST", "/api/people/" + who.id() + "/unsubscribe-link", "{}");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return URI.create(answer.json().path("url").asString()).getPath();
    }

    private static Answer look(String method, String path, String... headers) {
        var request = ledger.server.http.request(method, path);
        for (int index = 0; index < headers.length; index += 2) {
            request.header(headers[index], headers[index + 1]);
        }
        return request.exchange();
    }

    private static String forged() {
        var bytes = new byte[37];
        new SecureRandom().nextBytes(bytes);
        bytes[0] = 1;
        return "/u/" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Test
    void a_get_request_changes_nothing_for_any_link() {
        var ada = ledger.register();
        var link = linkOf(ada);
        var before = ledger.server.events();

        assertThat(look("HEAD", link).status()).isEqualTo(200);
        assertThat(look("GET", link).status()).isEqualTo(200);
        assertThat(look("GET", link, "Sec-Purpose", "prefetch", "Purpose", "prefetch")
                        .status())
                .isEqualTo(200);
        for (int scanner = 0; scanner < 10; scanner++) {
            assertThat(look(
                                    "GET",
                                    link + "?lang=de&List-Unsubscribe=One-Click&reason=OTHER",
                                    "User-Agent",
                                    "Scanner/" + scanner)
                            .status())
                    .isEqualTo(200);
            assertThat(look("OPTIONS", link).status()).isEqualTo(200);
        }
        assertThat(look("PUT", link).status()).isEqualTo(405);
        assertThat(look("DELETE", link).status()).isEqualTo(405);

        assertThat(ledger.server.events()).isEqualTo(before);
    }

    @Test
    void the_page_s_form_unsubscribes_with_the_reason_that_was_given() {
        var ada = ledger.register();

        var answer = ledger.post(
                linkOf(ada), "reason=TOO_FREQUENT&comment=" + MailLedger.encoded("jeden Tag! 😡") + "&lang=de");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).contains("Sie sind abgemeldet");
        assertThat(ledger.history(ada).getLast()).isInstanceOfSatisfying(Unsubscribed.class, optOut -> {
            assertThat(optOut.reason()).isEqualTo(UnsubscribeReason.TOO_FREQUENT);
            assertThat(optOut.comment()).isEqualTo("jeden Tag! 😡");
        });
        assertThat(ledger.provenanceOfLast(ada).via()).isEqualTo(Via.LINK);
        assertThat(answer.header("Set-Cookie")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "reason=&comment=", "reason=NONSENSE", "reason=BOUNCED", "x=y", "%%%=%zz", "comment=%00"})
    void no_form_field_prevents_unsubscribing(String form) {
        var ada = ledger.register();

        assertThat(ledger.post(linkOf(ada), form).status()).isEqualTo(200);

        assertThat(ledger.history(ada).getLast())
                .isInstanceOfSatisfying(
                        Unsubscribed.class,
                        optOut -> assertThat(optOut.reason()).isNull());
    }

    @Test
    void a_long_comment_is_cut_and_not_refused() {
        var ada = ledger.register();

        assertThat(ledger.post(linkOf(ada), "comment=" + "a".repeat(20_000)).status())
                .isEqualTo(200);

        assertThat(ledger.history(ada).getLast())
                .isInstanceOfSatisfying(
                        Unsubscribed.class,
                        optOut -> assertThat(optOut.comment()).hasSize(500));
    }

    @Test
    void a_mail_program_s_click_may_come_as_a_multipart_form() {
        var ada = ledger.register();
        var form = "--b1\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b1--\r\n";

        var answer = ledger.server
                .http
                .request("POST", linkOf(ada))
                .header("Content-Type", "multipart/form-data; boundary=b1")
                .json(form)
                .exchange();

        assertThat(answer.status()).isEqualTo(200);
        assertThat(ledger.isUnsubscribed(ada)).isTrue();
        assertThat(ledger.provenanceOfLast(ada).via()).isEqualTo(Via.ONE_CLICK);
    }

    @ParameterizedTest
    @ValueSource(strings = {"multipart/form-data", "multipart/form-data; boundary=b1"})
    void an_unreadable_form_unsubscribes_all_the_same(String type) {
        var ada = ledger.register();

        var answer = ledger.server
                .http
                .request("POST", linkOf(ada))
                .header("Content-Type", type)
                .json("--b1\r\nnonsense")
                .exchange();

        assertThat(answer.status()).isEqualTo(200);
        assertThat(ledger.isUnsubscribed(ada)).isTrue();
    }

    @Test
    void a_link_works_any_number_of_times_and_is_recorded_once() {
        var ada = ledger.register();
        var link = linkOf(ada);

        for (int time = 0; time < 3; time++) {
            assertThat(ledger.post(link, "").status()).isEqualTo(200);
        }
        assertThat(ledger.history(ada)).hasSize(2);

        ledger.resubscribe(ada);
        ledger.post(link, "");
        assertThat(ledger.history(ada).getLast()).isInstanceOf(Unsubscribed.class);
        assertThat(ledger.history(ada))
                .filteredOn(ResubscribeApproved.class::isInstance)
                .hasSize(1);
    }

    @Test
    void the_links_of_known_and_of_erased_people_look_the_same() {
        var known = ledger.register();
        var erased = ledger.register();
        var optedOutAndErased = ledger.register();
        var links = new TreeMap<String, String>();
        links.put("known", linkOf(known));
        links.put("erased", linkOf(erased));
        links.put("opted out and erased", linkOf(optedOutAndErased));
        ledger.erase(erased);
        ledger.unsubscribe(optedOutAndErased);
        ledger.erase(optedOutAndErased);

        try (var shipped = JobServer.on(DATABASE)) { // takes the time that it takes where nothing else is set
            for (var method : List.of("GET", "POST")) {
                var answers = new ArrayList<String>();
                var times = new ArrayList<Duration>();
                links.forEach((name, link) -> {
                    for (int time = 0; time < 2; time++) {
                        var begun = System.nanoTime();
                        var request = shipped.http.request(method, link);
                        if (method.equals("POST")) {
                            request.header("Content-Type", "application/x-www-form-urlencoded")
                                    .json("reason=IRRELEVANT");
                        }
                        var answer = request.exchange();
                        times.add(Duration.ofNanos(System.nanoTime() - begun));
                        answers.add(seen(answer));
                    }
                });
                assertThat(answers).as(method).allMatch(answers.getFirst()::equals);
                if (method.equals("POST")) {
                    assertThat(times).allMatch(time -> time.toMillis() >= 240);
                }
            }
        }
        assertThat(ledger.isUnsubscribed(known)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "text/plain",
                "application/json",
                "application/octet-stream",
                "nonsense",
                "text/plain; charset=nonsense",
                "application/x-www-form-urlencoded; charset=nonsense",
                "application/x-www-form-urlencoded; charset"
            })
    void a_mail_program_s_click_may_come_with_any_content_type_or_none(String type) {
        var ada = ledger.register();
        var request = ledger.server.http.request("POST", linkOf(ada)).json("List-Unsubscribe=One-Click");
        if (!type.isEmpty()) {
            request.header("Content-Type", type);
        }

        assertThat(request.exchange().status()).isEqualTo(200);

        assertThat(ledger.isUnsubscribed(ada)).isTrue();
        assertThat(ledger.provenanceOfLast(ada).via()).isEqualTo(Via.ONE_CLICK);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", ".", ",", ")", "%5D", "'", "!", "_", "-", "*", "%3E", "%22", "%E2%80%9D", "%C2%A0"})
    void punctuation_that_a_mail_program_glued_to_a_link_does_no_harm(String glued) {
        var ada = ledger.register();

        assertThat(ledger.post(linkOf(ada) + glued, "").status()).isEqualTo(200);

        assertThat(ledger.isUnsubscribed(ada)).isTrue();
    }

    @Test
    void a_link_that_can_not_be_read_never_claims_to_have_unsubscribed_anybody() {
        var link = linkOf(ledger.register());
        for (var damaged :
                List.of(forged(), "/u/hello", "/u/" + "a".repeat(2_000), link.substring(0, link.length() - 1))) {
            for (var method : List.of("GET", "POST")) {
                var answer = look(method, damaged, "Accept-Language", "de");

                assertThat(answer.status()).isEqualTo(404);
                assertThat(answer.body()).contains("Dieser Link ist beschädigt").doesNotContain("Sie sind abgemeldet");
            }
        }
    }

    /** What can be seen from outside, but for the time and the request's own name. */
    private static String seen(Answer answer) {
        var headers = new TreeMap<String, List<String>>(answer.headers());
        headers.keySet().removeIf(name -> List.of("date", "x-correlation-id").contains(name.toLowerCase(Locale.ROOT)));
        return answer.status() + " " + headers + " " + answer.body();
    }

    @Test
    void the_link_of_an_erased_person_still_suppresses_the_address() {
        var ada = ledger.register();
        var link = linkOf(ada);
        ledger.erase(ada);

        ledger.post(link, "");

        var again = ledger.register(ada.email());
        assertThat(ledger.isUnsubscribed(again)).isTrue();
    }

    @Test
    void the_link_unsubscribes_its_person_and_the_present_holder_of_the_address() {
        var ada = ledger.register();
        var link = linkOf(ada);
        var elsewhere = MailLedger.newAddress();
        ledger.command(Role.OPERATOR, "PATCH", "/api/people/" + ada.id(), "{\"emails\":[\"" + elsewhere + "\"]}");
        var successor = ledger.register(ada.email());

        ledger.post(link, "");

        assertThat(ledger.isUnsubscribed(ada)).isTrue();
        assertThat(ledger.isUnsubscribed(successor)).isTrue();
    }

    @Test
    void a_link_of_a_retired_key_records_nothing_and_gets_the_same_answer() {
        var other = Base64.getEncoder().encodeToString(new byte[32]);
        var ada = ledger.register();
        var link = linkOf(ada);
        try (var rotated = MailLedger.on(DATABASE, 1, "--ledger.links.keys=" + other)) {
            assertThat(seen(rotated.post(link, ""))).isEqualTo(seen(ledger.post(forged(), "")));
            assertThat(ledger.isUnsubscribed(ada)).isFalse();
        }
        var keys = other + "," + TestLedger.SECRETS.encryptionKey();
        try (var rotating = MailLedger.on(DATABASE, 1, "--ledger.links.keys=" + keys)) {
            assertThat(rotating.post(link, "").status()).isEqualTo(200);
            assertThat(ledger.isUnsubscribed(ada)).isTrue();
        }
    }

    @Test
    void a_link_contains_no_personal_data_and_is_not_logged(CapturedOutput log) {
        var ada = ledger.register();
        var link = linkOf(ada);

        look("GET", link);
        look("GET", link + "%00");
        ledger.post(link, "reason=OTHER&comment=secret");
        ledger.server.http.request("POST", link).json("{}").exchange();
        look("PATCH", link);

        assertThat(link).doesNotContain(ada.id());
        assertThat(log.getAll()).doesNotContain(link.substring(3)).doesNotContain(ada.email());
    }

    @Test
    void a_form_that_is_too_large_is_refused() {
        var link = linkOf(ledger.register());
        assertThat(ledger.server
                        .http
                        .request("POST", link)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .json("a=" + "b".repeat(1_100_000))
                        .exchange()
                        .status())
                .isEqualTo(413);
    }

    @ParameterizedTest
    @EnumSource(Language.class)
    void the_page_is_complete_in_each_language(Language language) {
        var link = linkOf(ledger.register());
        var asking = look("GET", link, "Accept-Language", language.tag());
        var damaged = look("GET", forged(), "Accept-Language", language.tag());
        var done = ledger.server
                .http
                .request("POST", link)
                .header("Accept-Language", language.tag())
                .header("Content-Type", "application/x-www-form-urlencoded")
                .json("")
                .exchange();

        for (var page : List.of(asking, done, damaged)) {
            assertThat(page.header("Content-Language")).isEqualTo(language.tag());
            assertThat(page.header("Content-Type")).isEqualTo("text/html;charset=UTF-8");
            assertThat(page.body())
                    .contains("<html lang=\"" + language.tag() + "\">")
                    .doesNotContain("??", " th:", "<script");
        }
        assertThat(Arrays.stream(Language.values()).map(other -> "?lang=" + other.tag()))
                .allMatch(asking.body()::contains);
        assertThat(asking.body()).contains("value=\"TOO_FREQUENT\"").contains("method=\"post\"");
    }

    @ParameterizedTest
    @CsvSource({
        "?lang=de, Abbestellen",
        "?lang=fr, Se désabonner",
        "?lang=es, Darse de baja",
        "?lang=zh-TW, 取消訂閱",
        "?lang=xx, Unsubscribe"
    })
    void the_language_can_be_switched(String query, String button) {
        assertThat(look("GET", linkOf(ledger.register()) + query).body()).contains(">" + button + "</button>");
    }

    @Test
    void the_page_is_kept_out_of_search_engines_frames_caches_and_referrers() {
        var page = look("GET", forged());

        assertThat(page.header("Content-Security-Policy"))
                .contains("default-src 'none'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(Map.of(
                        "X-Robots-Tag", page.header("X-Robots-Tag"),
                        "Referrer-Policy", page.header("Referrer-Policy"),
                        "Cache-Control", page.header("Cache-Control"),
                        "X-Frame-Options", page.header("X-Frame-Options")))
                .isEqualTo(Map.of(
                        "X-Robots-Tag", "noindex, nofollow",
                        "Referrer-Policy", "no-referrer",
                        "Cache-Control", "no-store",
                        "X-Frame-Options", "DENY"));
    }

    @Test
    void too_many_requests_are_rate_limited() {
        try (var limited = MailLedger.on(DATABASE, 1, "--ledger.http.link-requests-per-minute=5")) {
            Supplier<Integer> one = () ->
                    limited.server.http.request("GET", forged()).exchange().status();
            for (int time = 0; time < 5; time++) {
                assertThat(one.get()).isEqualTo(404);
            }
            assertThat(one.get()).isEqualTo(429);
        }
    }

    @Test
    void an_application_gets_the_link_for_its_own_mail() {
        var ada = ledger.register();

        var answer = ledger.command(Role.OPERATOR, "POST", "/api/people/" + ada.id() + "/unsubscribe-link", "{}")
                .json();

        var url = answer.path("url").asString();
        assertThat(url).startsWith(MailLedger.BASE + "/u/");
        assertThat(answer.path("headers").path("List-Unsubscribe").asString()).isEqualTo("<" + url + ">");
        assertThat(answer.path("headers").path("List-Unsubscribe-Post").asString())
                .isEqualTo("List-Unsubscribe=One-Click");
        assertThat(answer.path("text").asString()).contains(url);
        assertThat(answer.path("html").asString()).contains("<a href=\"" + url + "\" style=\"");
        assertThat(ledger.history(ada)).hasSize(1);
    }

    @Test
    void an_application_is_told_when_it_must_not_send() {
        var unsubscribed = ledger.register();
        var erased = ledger.register();
        ledger.unsubscribe(unsubscribed);
        ledger.erase(erased);

        var path = "/api/people/%s/unsubscribe-link";
        var no = ledger.command(Role.OPERATOR, "POST", path.formatted(unsubscribed.id()), "{}");
        assertThat(no.status()).isEqualTo(409);
        assertThat(no.problem()).isEqualTo("person-unsubscribed");
        assertThat(ledger.command(Role.OPERATOR, "POST", path.formatted(erased.id()), "{}")
                        .status())
                .isEqualTo(410);
        assertThat(ledger.command(Role.OPERATOR, "POST", path.formatted("00000000-0000-4000-8000-00000000ffff"), "{}")
                        .status())
                .isEqualTo(404);
        assertThat(ledger.history(unsubscribed)).noneMatch(EmailRefused.class::isInstance);
    }

    @Test
    void a_link_is_given_for_each_address_of_the_person_and_refused_for_any_other() {
        var ada = ledger.register();
        var second = MailLedger.newAddress();
        ledger.command(
                Role.OPERATOR,
                "PATCH",
                "/api/people/" + ada.id(),
                "{\"emails\":[\"%s\",\"%s\"]}".formatted(ada.email(), second));
        var path = "/api/people/" + ada.id() + "/unsubscribe-link";

        var first = ledger.command(Role.OPERATOR, "POST", path, "{}")
                .json()
                .path("url")
                .asString();
        var other =
                ledger.command(Role.OPERATOR, "POST", path, "{\"email\":\"" + second.toUpperCase(Locale.ROOT) + "\"}");

        assertThat(other.json().path("url").asString()).isNotEqualTo(first).startsWith(MailLedger.BASE);
        assertThat(ledger.command(Role.OPERATOR, "POST", path, "{\"email\":\"else@example.org\"}")
                        .problem())
                .isEqualTo("address-missing");
        assertThat(ledger.command(Role.OPERATOR, "POST", path, "{\"email\":\"no address\"}")
                        .fields())
                .containsExactly("email");
    }

    @Test
    void without_a_mail_server_mails_are_refused_and_links_are_given() {
        try (var without = JobServer.on(DATABASE)) {
            var ada = ledger.register();
            var answer = without.request("POST", "/api/people/" + ada.id() + "/emails")
                    .json("{\"subject\":\"News\",\"text\":\"Something\"}")
                    .exchange();
            assertThat(answer.status()).isEqualTo(409);
            assertThat(answer.problem()).isEqualTo("mail-not-configured");
            assertThat(without.request("POST", "/api/people/" + ada.id() + "/unsubscribe-link")
                            .json("{}")
                            .exchange()
                            .status())
                    .isEqualTo(200);
            assertThat(ledger.history(ada)).hasSize(1);
        }
    }
}
