package org.consentledger.standalone.pages;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Page;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.consentledger.standalone.Api;
import org.consentledger.standalone.LedgerProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** An empty ledger, and tokens that expire while a user fills a form in. */
@InBrowser
@TestMethodOrder(OrderAnnotation.class)
class FreshLedgerPagesTest {

    private static final Duration TOKEN = Duration.ofSeconds(1);

    @TempDir
    private static Path data;

    private static Site site;
    private static LedgerProcess ledger;

    @BeforeAll
    static void start(Site started) {
        site = started;
        ledger = LedgerProcess.start(data, "--ledger.token-lifetime=" + TOKEN.toSeconds() + "s");
    }

    @AfterAll
    static void stop() {
        if (ledger != null) {
            ledger.close();
        }
    }

    @Test
    @Order(1)
    void an_empty_ledger_offers_sample_people_to_roles_that_may_add_people() {
        for (var role : new String[] {"auditor", "analyst"}) {
            var page = site.at(ledger, role);
            assertThat(page.locator(".empty")).isVisible();
            assertThat(page.locator(".empty button")).hasCount(0);
        }
        assertThat(ledger.api()
                        .send("auditor", "POST", "/api/sample-people", "{}")
                        .statusCode())
                .isEqualTo(403);
        var page = site.at(ledger, "operator");
        Looks.good(page, "people-empty");
        page.locator(".empty button").click();

        assertThat(page.locator(".notice")).containsText("50 invented people");
        assertThat(page.locator("table.people tbody tr")).hasCount(50);
        assertThat(page.locator("table.people tbody tr").first().locator("td").last())
                .hasText("operator");
        Looks.good(page, "people-sample");
        assertThat(ledger.api()
                        .send("operator", "POST", "/api/sample-people", "{}")
                        .statusCode())
                .isEqualTo(409);
    }

    @Test
    @Order(2)
    void a_ledger_in_which_all_people_were_erased_offers_none() {
        var page = site.at(ledger, "operator");
        page.navigate(address("/people?source=OTHER"));

        assertThat(page.locator(".empty")).isVisible();
        assertThat(page.locator(".empty button")).hasCount(0);
    }

    @Test
    @Order(3)
    void a_form_that_outlasts_the_access_token_is_saved() {
        var page = site.at(ledger, "operator");
        var id = register("patient@example.org");
        page.navigate(address("/people/" + id + "/unsubscribe"));
        page.locator("main [name=reason]").first().selectOption("TOO_FREQUENT");
        awaitExpiry();
        page.locator("main form .button:not(.quiet)").click();

        assertThat(page.locator(".notice")).containsText("has been unsubscribed");
        assertThat(version(id)).isEqualTo(2);
    }

    @Test
    @Order(4)
    void a_form_after_the_session_has_ended_reports_that_nothing_was_changed() {
        var page = site.at(ledger, "operator");
        var id = register("late@example.org");
        page.navigate(address("/people/" + id + "/unsubscribe"));
        page.context().clearCookies();
        page.locator("main form .button:not(.quiet)").click();

        assertThat(page.locator("main h1")).hasText("Your session has ended");
        assertThat(page.locator("main p").first()).containsText("was not saved");
        Looks.good(page, "form-without-session");
        assertThat(version(id)).isEqualTo(1);
        signInAgain(page);
        assertThat(page.locator("main h1")).hasText("People");
    }

    private static void signInAgain(Page page) {
        page.locator("main .button").first().click();
        page.locator("input[name=username]").fill("operator");
        page.locator("input[name=password]").fill(ledger.password("operator"));
        page.locator("main button[type=submit]").click();
    }

    private static void awaitExpiry() {
        var shown = Instant.now();
        await().until(() -> Instant.now().isAfter(shown.plus(TOKEN).plusSeconds(1)));
    }

    private static String register(String email) {
        return Api.json(201, ledger.api().send("operator", "POST", "/api/people", """
                        {"firstName":"Typing","lastName":"Slowly","emails":["%s"],"source":{"type":"IMPORT"}}
                        """.formatted(email)))
                .get("personId")
                .asString();
    }

    private static long version(String id) {
        return Api.json(200, ledger.api().get("operator", "/api/people/" + id))
                .get("version")
                .asLong();
    }

    private static String address(String path) {
        return ledger.api().uri(path).toString();
    }
}
