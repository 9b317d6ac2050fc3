package org.consentledger.standalone.pages;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Page;
import java.nio.file.Path;
import org.consentledger.standalone.Api;
import org.consentledger.standalone.LedgerProcess;
import org.consentledger.standalone.PagesProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages as a program of their own, with an issuer that forgets its sessions. */
@InBrowser
class PagesOnTheirOwnTest {

    @TempDir
    private Path data;

    private final Site site;

    PagesOnTheirOwnTest(Site site) {
        this.site = site;
    }

    @Test
    void separate_pages_sign_in_at_the_issuer_and_report_a_form_that_comes_after_the_session_has_ended() {
        assumeTrue(PagesProcess.arePacked(), "This build has not packed the pages");
        var port = PagesProcess.freePort();
        var pages = "http://127.0.0.1:" + port;
        var settings = new String[] {"--ledger.further-pages=" + pages, "--ledger.token-lifetime=1s"};
        var page = site.asNobody();
        String id;
        int ledgerPort;
        try (var ledger = LedgerProcess.start(data, settings)) {
            ledgerPort = ledger.port();
            id = Api.json(201, ledger.api().send("operator", "POST", "/api/people", """
                            {"firstName":"Late","emails":["late@example.org"],"source":{"type":"IMPORT"}}"""))
                    .get("personId")
                    .asString();
            try (var program = PagesProcess.start(port, ledger)) {
                assertThat(program).isNotNull();
                signIn(page, pages + "/people", ledger);
                assertThat(page.locator("table.people tbody tr")).hasCount(1);
                page.navigate(pages + "/people/" + id + "/unsubscribe");
                ledger.close();

                // It keeps its keys and events, but not its sessions
                try (var again = LedgerProcess.startAt(ledgerPort, data, settings)) {
                    page.locator("main form .button:not(.quiet)").click();
                    assertThat(page.locator("main h1")).hasText("Your session has ended");
                    assertThat(page.locator("main p").first()).containsText("was not saved");
                    assertThat(version(again, id)).isEqualTo(1);

                    page.locator("main .button").first().click();
                    signInHere(page, again);
                    page.navigate(pages + "/people/" + id + "/unsubscribe");
                    page.locator("main form .button:not(.quiet)").click();
                    assertThat(page.locator(".notice")).containsText("has been unsubscribed");
                    assertThat(version(again, id)).isEqualTo(2);

                    page.locator(".user-menu summary").click();
                    page.locator("form[action='/sign-out'] button").click();
                    assertThat(page.locator("input[name=username]")).isVisible();
                    page.navigate(pages + "/people");
                    assertThat(page.locator("input[name=username]")).isVisible();
                }
            }
        }
    }

    private static void signIn(Page page, String address, LedgerProcess ledger) {
        page.navigate(address);
        signInHere(page, ledger);
        page.waitForURL(address);
    }

    private static void signInHere(Page page, LedgerProcess ledger) {
        page.locator("input[name=username]").fill("operator");
        page.locator("input[name=password]").fill(ledger.password("operator"));
        page.locator("main button[type=submit]").click();
    }

    private static long version(LedgerProcess ledger, String id) {
        return Api.json(200, ledger.api().get("operator", "/api/people/" + id))
                .get("version")
                .asLong();
    }
}
