package org.consentledger.standalone.pages;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.FormData;
import com.microsoft.playwright.options.RequestOptions;
import com.microsoft.playwright.options.SameSiteAttribute;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.consentledger.standalone.Api;
import org.consentledger.testdata.TestData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

@InBrowser
class SafetyTest {

    private final Site site;

    SafetyTest(Site site) {
        this.site = site;
    }

    @Test
    void pages_run_only_our_scripts_and_can_not_be_framed() {
        var page = site.as("operator");
        var complaints = new ArrayList<String>();
        page.onConsoleMessage(message -> {
            if (message.text().contains("Content Security Policy")) {
                complaints.add(message.text());
            }
        });
        var answer = page.navigate(site.address("/people"));

        var policy = answer.headerValue("content-security-policy");
        assertThat(policy)
                .contains("default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'")
                .contains("base-uri 'none'", "connect-src 'self'", "form-action 'self'")
                .doesNotContain("unsafe");
        assertThat(answer.headerValue("x-content-type-options")).isEqualTo("nosniff");
        assertThat(answer.headerValue("cache-control")).contains("no-store");
        assertThat(answer.text()).doesNotContain("style=\"").doesNotContain("onclick");
        page.locator(".head-actions .button").last().click();
        assertThat(page.locator("dialog form")).isVisible();
        assertThat(complaints).isEmpty();
    }

    @Test
    void the_session_cookie_is_hidden_from_scripts() {
        var page = site.as("operator");
        page.navigate(site.address("/people"));

        assertThat(page.context().cookies())
                .filteredOn(cookie -> cookie.name.equals("LEDGER_SESSION"))
                .singleElement()
                .satisfies(cookie -> {
                    assertThat(cookie.httpOnly).isTrue();
                    assertThat(cookie.sameSite).isEqualTo(SameSiteAttribute.LAX);
                });
    }

    @Test
    void a_form_of_another_site_changes_nothing() {
        var id = site.register("""
                {"firstName":"Forged","emails":["forged@example.org"],"source":{"type":"IMPORT"}}
                """);
        var page = site.as("operator");
        var answer = page.context()
                .request()
                .post(
                        site.address("/people/" + id + "/unsubscribe"),
                        RequestOptions.create()
                                .setForm(FormData.create().set("key", "k").set("reason", "OTHER")));

        assertThat(answer.status()).isEqualTo(403);
        assertThat(Api.json(200, site.api().get("operator", "/api/people/" + id))
                        .at("/subscription/status")
                        .asString())
                .isEqualTo("SUBSCRIBED");
    }

    @Test
    void a_session_gives_no_access_to_the_api_and_a_token_none_to_the_pages() {
        var page = site.as("admin");
        assertThat(page.context().request().get(site.address("/api/people")).status())
                .isEqualTo(401);
        var answer = site.api().send(site.api().authorized("admin", "/people").header("Accept", "text/html"));
        assertThat(answer.statusCode()).isEqualTo(302);
        assertThat(answer.headers().firstValue("Location").orElseThrow()).contains("/oauth2/authorization/ledger");
    }

    @Test
    void a_preference_form_does_not_redirect_to_another_site() {
        var page = site.asNobody();
        page.navigate(site.address("/signed-out"));
        for (var target : List.of("//example.org/", "https://example.org/", "/\\example.org")) {
            var form = FormData.create()
                    .set("_csrf", page.locator("input[name=_csrf]").first().inputValue())
                    .set("theme", "dark")
                    .set("back", target);
            var answer = page.context()
                    .request()
                    .post(
                            site.address("/preferences"),
                            RequestOptions.create().setForm(form).setMaxRedirects(0));
            assertThat(answer.headers().get("location")).as(target).doesNotContain("example.org");
        }
    }

    @Test
    void a_form_that_is_sent_twice_is_recorded_once() {
        var id = site.register("""
                {"firstName":"Twice","emails":["twice@example.org"],"source":{"type":"IMPORT"}}
                """);
        var page = site.as("operator");
        page.navigate(site.address("/people/" + id + "/unsubscribe"));
        var form = FormData.create()
                .set("_csrf", page.locator("main input[name=_csrf]").inputValue())
                .set("key", page.locator("main input[name=key]").inputValue())
                .set("reason", "TOO_FREQUENT");
        for (var time = 0; time < 2; time++) {
            assertThat(page.context()
                            .request()
                            .post(
                                    site.address("/people/" + id + "/unsubscribe"),
                                    RequestOptions.create().setForm(form))
                            .status())
                    .isEqualTo(200);
        }
        assertThat(Api.json(200, site.api().get("operator", "/api/people/" + id + "?minVersion=2"))
                        .get("version")
                        .asLong())
                .isEqualTo(2);
    }

    @ParameterizedTest
    @MethodSource("org.consentledger.testdata.TestData#present")
    void naughty_strings_are_shown_like_any_other_name(TestData data) {
        var ids = new ArrayList<String>();
        var json = new JsonMapper();
        for (var text : json.readTree(data.bytes("text/naughty-strings.json"))) {
            var name = text.asString();
            if (!name.contains("<") && !name.contains("'") && !name.contains("{")) {
                continue;
            }
            var body = json.createObjectNode();
            body.put("firstName", name.length() > 200 ? name.substring(0, 200) : name);
            body.put("company", "Naughty");
            body.putArray("emails").add("naughty." + ids.size() + "@" + data.ordinal() + ".example.org");
            body.putObject("source").put("type", "OTHER").put("description", "fair");
            var answer = site.api().send("operator", "POST", "/api/people", body.toString());
            if (answer.statusCode() == 201) {
                ids.add(json.readTree(answer.body()).get("personId").asString());
            }
        }
        assertThat(ids).hasSizeGreaterThan(data == TestData.LOOK_ALIKES ? 70 : 100);
        var page = site.as("operator");
        var ran = new ArrayList<String>();
        page.onDialog(dialog -> {
            ran.add(dialog.message());
            dialog.dismiss();
        });
        page.navigate(site.address("/people"));
        page.locator("#q").fill("naughty");
        page.locator("form[role=search] button").click();
        assertThat(page.locator(".count")).containsText("match");
        assertThat(page.locator("script:not([src])")).hasCount(0);
        var seen = page.locator("table.people tbody tr").count();
        while (page.locator(".pager a[rel=next]").count() > 0) {
            var next = page.locator(".pager a[rel=next]").getAttribute("href");
            page.navigate(site.address(next));
            assertThat(page.locator("script:not([src])")).hasCount(0);
            seen += page.locator("table.people tbody tr").count();
        }
        assertThat(seen).isGreaterThanOrEqualTo(ids.size());
        for (var index = 0; index < ids.size(); index += ids.size() / 8) {
            page.navigate(site.address("/people/" + ids.get(index)));
            assertThat(page.locator("#contact")).containsText("Naughty");
            page.locator("#contact a.button").click();
            assertThat(page.locator("#contact form")).isVisible();
        }
        assertThat(ran).isEmpty();
        assertThat(page.locator("script:not([src])")).hasCount(0);
    }

    @Test
    void an_unknown_path_is_answered_with_a_page_to_a_browser_and_with_a_problem_to_a_program() {
        var page = site.as("operator");
        for (var path : List.of("/nothing", "/jobs/nothing", "/people/a/nothing", "/admin.php")) {
            var answer = page.navigate(site.address(path));
            assertThat(answer.status()).as(path).isEqualTo(404);
            assertThat(page.locator("main h1")).hasText("There is nothing here");
            assertThat(page.locator("nav.sections")).isVisible();
            assertThat(answer.headerValue("content-security-policy")).contains("script-src 'self'");
        }
        Looks.good(page, "no-such-page");
        var stranger = site.asNobody();
        assertThat(stranger.navigate(site.address("/nothing")).status()).isEqualTo(404);
        assertThat(stranger.locator("main h1")).hasText("There is nothing here");

        for (var accepted : List.of("*/*", "application/json")) {
            var answer = site.api()
                    .send(HttpRequest.newBuilder(site.api().uri("/nothing")).header("Accept", accepted));
            assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
                    .startsWith("application/problem+json");
        }
        assertThat(site.api()
                        .send(site.api().authorized("operator", "/api/nothing").header("Accept", "text/html,*/*"))
                        .headers()
                        .firstValue("Content-Type")
                        .orElseThrow())
                .startsWith("application/problem+json");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ' ', textBlock = """
            operator 404 /people/1
            operator 400 /people/1-1-1-1-1?v=abc
            operator 400 /people/1-1-1-1-1?v=99999999999999999999
            operator 404 /people/1-1-1-1-1/exports/zz
            operator 400 /people/1-1-1-1-1/exports/1-1-1-1-1?v=q
            operator 400 /people?authorization=NOTHING&sort=%7Bx%7D
            operator 400 /people?after=garbage
            operator 400 /people?subscription=a&subscription=b
            operator 404 /people/bulk/source/confirm
            operator 400 /jobs?after=zzz
            operator 404 /jobs/bulk/1
            operator 200 /imports/preview/x
            operator 404 /oauth2/authorization/nothing
            operator 200 /login/oauth2/code/ledger?code=x&state=y
            auditor 404 /people/x/audit
            auditor 404 /people/1-1-1-1-1/audit?asOf=x
            auditor 400 /people/1-1-1-1-1/audit?before=x
            auditor 200 /audit?from=9999-99-99T00:00&type=X
            analyst 400 /reports?months=abc
            analyst 400 /reports?from=2026-13-45
            analyst 400 /reports?to=-999999999-01-01
            analyst 404 /reports/x.csv
            """)
    void a_malformed_address_gets_a_page_and_its_status(String role, int status, String path) {
        var page = site.as(role);
        var answer = page.navigate(site.address(path));
        assertThat(answer.status()).isEqualTo(status);
        assertThat(page.locator("main h1")).isVisible();
    }

    @Test
    void a_malformed_form_is_a_client_error() {
        var page = site.as("admin");
        page.navigate(site.address("/people"));
        var start = "/people/bulk/source/start";
        assertThat(List.of(
                        post(page, "/people/search", "q", "a", "sort", "{x}", "source", "a&b#{c}"),
                        post(page, "/preferences", "back", "/{a}"),
                        post(page, "/preferences", "back", "/" + "x".repeat(9_000)),
                        post(page, "/people/1-1-1-1-1/resubscribe-approval", "decision", "x", "attested", "perhaps"),
                        post(page, "/people/bulk/erasure/start", "ids", "abc", "confirmation", "1", "reason", "x"),
                        post(page, "/jobs/bulk/1/cancel"),
                        post(page, "/imports/preview"),
                        post(page, start, "ids", "abc", "newSource", "IMPORT")))
                .extracting(APIResponse::status)
                .containsExactly(400, 200, 200, 400, 400, 404, 400, 422);
    }

    @Test
    void a_selection_by_an_expired_search_selects_nobody_instead_of_all() {
        var page = site.as("operator");
        page.navigate(site.address("/people"));
        var jobs = site.api().get("operator", "/api/jobs").body();

        for (var step : List.of("confirm", "start")) {
            var answer = post(page, "/people/bulk/unsubscribe/" + step, "all", "true", "search", "forgotten");
            assertThat(answer.text()).as(step).contains("is not remembered any more");
        }
        assertThat(post(page, "/people/bulk/unsubscribe/start", "all", "false").text())
                .contains("Select somebody first");
        assertThat(site.api().get("operator", "/api/jobs").body()).isEqualTo(jobs);
    }

    private APIResponse post(Page page, String path, String... fields) {
        var form = FormData.create()
                .set("_csrf", page.locator("input[name=_csrf]").first().inputValue())
                .set("key", UUID.randomUUID().toString());
        for (var index = 0; index < fields.length; index += 2) {
            form.set(fields[index], fields[index + 1]);
        }
        return page.context()
                .request()
                .post(site.address(path), RequestOptions.create().setForm(form));
    }

    @Test
    void no_page_is_shown_without_a_sign_in() {
        for (var path : List.of("/people", "/jobs", "/imports", "/audit", "/reports", "/resubscribe-requests")) {
            var answer =
                    site.api().send(HttpRequest.newBuilder(site.api().uri(path)).header("Accept", "text/html"));
            assertThat(answer.statusCode()).as(path).isEqualTo(302);
        }
    }
}
