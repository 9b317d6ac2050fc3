package org.consentledger.standalone.pages;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import java.nio.file.Files;
import org.consentledger.standalone.Api;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@InBrowser
class AuditAndReportPagesTest {

    private final Site site;

    AuditAndReportPagesTest(Site site) {
        this.site = site;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void an_auditor_compares_an_earlier_state_with_the_present_one(boolean scripts) {
        var id = site.register("""
                {"firstName":"Time","lastName":"Line","company":"First Ltd","emails":["time.line.%s@example.org"],"source":{"type":"IMPORT"}}
                """.formatted(scripts));
        site.change("PATCH", "/api/people/" + id, "{\"company\":\"Second Ltd\"}");
        site.change(
                "PUT",
                "/api/people/" + id + "/authorization",
                "{\"type\":\"CONSENT\",\"dateOfConsent\":\"2026-05-01\",\"purposeOfProcessing\":\"Product news\"}");
        site.change("POST", "/api/people/" + id + "/unsubscribe", "{\"reason\":\"TOO_FREQUENT\"}");
        Api.json(200, site.api().get("auditor", "/api/people/" + id + "/audit-trail?minVersion=4"));

        var page = site.open(Site.Tab.of("auditor").scripts(scripts));
        page.navigate(site.address("/people/" + id));
        page.locator(".head-actions a.button").click();
        assertThat(page.locator(".time-line li")).hasCount(4);
        assertThat(page.locator(".time-line li").first()).containsText("Too frequent");
        assertThat(page.locator(".time-line li").nth(2)).containsText("First Ltd");
        if (scripts) {
            page.locator("#slider").fill("0");
        } else {
            page.locator(".time-line li .then-link").last().click();
        }
        assertThat(page.locator("#then")).containsText("fields differ from today");
        var company = page.locator("#then tr").filter(new Locator.FilterOptions().setHasText("Company"));
        assertThat(company).containsText("First Ltd");
        assertThat(company).containsText("Second Ltd");
        assertThat(company).hasClass("differs");
        assertThat(page.locator("#then tr").filter(new Locator.FilterOptions().setHasText("Authorization Type")))
                .containsText("No authorization");
        assertThat(page.locator("#then tr").filter(new Locator.FilterOptions().setHasText("First name")))
                .not()
                .hasClass("differs");
        if (scripts) {
            Looks.good(page, "audit-person");
        }

        page.locator("main form.toolbar button").click();
        assertThat(company).containsText("First Ltd");
        assertThat(page.locator(".time-line li.later")).hasCount(3);

        page.locator("#asOf").fill("2000-01-01T00:00");
        page.locator("main form.toolbar button").click();
        assertThat(page.locator("#then")).containsText("did not know this person yet");
    }

    @Test
    void a_time_line_longer_than_a_page_starts_with_the_newest_event_and_mentions_older_ones() {
        var id = site.register("""
                {"firstName":"Long","lastName":"Line","emails":["long.line@example.org"],"source":{"type":"IMPORT"}}
                """);
        for (var number = 1; number <= 201; number++) {
            site.change("PATCH", "/api/people/" + id, "{\"title\":\"Title " + number + "\"}");
        }
        site.change("POST", "/api/people/" + id + "/unsubscribe", "{\"reason\":\"TOO_FREQUENT\"}");
        Api.json(200, site.api().get("auditor", "/api/people/" + id + "/audit-trail?minVersion=203"));

        var page = site.as("auditor");
        page.navigate(site.address("/people/" + id + "/audit"));
        assertThat(page.locator(".time-line li")).hasCount(200);
        assertThat(page.locator(".time-line li").first()).containsText("Too frequent");
        assertThat(page.locator("main")).containsText("The 200 newest facts are shown here.");
        Looks.good(page, "audit-long-line");

        page.locator(".pager a[rel=next]").click();
        assertThat(page.locator(".time-line li")).hasCount(3);
        assertThat(page.locator(".time-line li").last()).containsText("long.line@example.org");
        assertThat(page.locator("main")).containsText("The oldest facts are shown here.");
        page.locator("#slider").fill("0");
        assertThat(page.locator("#then")).containsText("fields differ from today");
        page.locator("main form.toolbar button").click();
        assertThat(page.locator("#then")).containsText("fields differ from today");
        assertThat(page.locator(".time-line li")).hasCount(3);

        page.locator(".pager a").first().click();
        assertThat(page.locator(".time-line li").first()).containsText("Too frequent");
        assertThat(page.locator(".time-line li.later")).hasCount(200);
    }

    @Test
    void the_audit_trail_is_filtered_by_event_way_in_and_actor() {
        var page = site.as("auditor");
        page.navigate(site.address("/audit"));
        assertThat(page.locator("table.rows tbody tr")).hasCount(50);
        Looks.good(page, "audit-ledger");
        var newest = page.locator("table.rows td.number").first().innerText();
        page.locator(".pager a[rel=next]").click();
        assertThat(page.locator("table.rows td.number").first()).not().hasText(newest);
        page.locator(".pager a").first().click();
        assertThat(page.locator("table.rows td.number").first()).hasText(newest);
        page.locator("#type").selectOption("PersonRegistered");
        page.locator("#via").selectOption("IMPORT");
        page.locator("main form.toolbar button").click();
        assertThat(page.locator("table.rows tbody tr")).hasCount(50);
        page.locator("table.rows tbody tr details summary").first().click();
        assertThat(page.locator("table.rows tbody tr").first()).containsText("@example.org");
        page.locator("table.rows tbody td a").first().click();
        assertThat(page.locator("#actor")).hasValue(java.util.regex.Pattern.compile(".*(operator|admin)"));
        page.locator("#actor").fill("nobody");
        page.locator("main form.toolbar button").click();
        assertThat(page.locator(".empty h2")).hasText("No such fact");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void an_analyst_reads_charts_tables_and_csv(boolean scripts) throws Exception {
        for (var reason : new String[] {"TOO_FREQUENT", "IRRELEVANT", "COMPLAINED"}) {
            var id = site.register("""
                    {"firstName":"Chart","emails":["chart.%s.%s@example.org"],"source":{"type":"CRM_SYNC"},
                     "authorization":{"type":"CONSENT","dateOfConsent":"2020-01-01","purposeOfProcessing":"News"}}
                    """.formatted(reason.toLowerCase(java.util.Locale.ROOT), scripts));
            site.change("POST", "/api/people/" + id + "/unsubscribe", "{\"reason\":\"" + reason + "\"}");
            Api.json(200, site.api().get("operator", "/api/people/" + id + "/unsubscribe-history?minVersion=3"));
        }
        var page = site.open(Site.Tab.of("analyst").scripts(scripts));
        page.navigate(site.address("/reports"));
        assertThat(page.locator(".chart canvas")).hasCount(scripts ? 1 : 0);
        assertThat(page.locator(".scroll table")).containsText("Complained");
        assertThat(page.locator("main")).containsText("Legitimate Interest");
        page.locator("#months").fill("24");
        page.locator("main form.toolbar button").last().click();
        assertThat(page.locator("main")).containsText("2020-01-01");
        if (scripts) {
            Looks.good(page, "reports");
            page.screenshot(new com.microsoft.playwright.Page.ScreenshotOptions()
                    .setFullPage(true)
                    .setPath(java.nio.file.Path.of("target", "screenshots", "reports-whole.png")));
        }
        var download = page.waitForDownload(
                () -> page.locator("a[href*='people-by-source.csv']").click());
        assertThat(Files.readString(download.path())).contains("\"CRM_SYNC\",\"CRM Sync\",\"");
        var optOuts = page.waitForDownload(
                () -> page.locator("a[href*='opt-outs.csv']").click());
        assertThat(Files.readString(optOuts.path())).contains("\"COMPLAINED\"");
        var oldConsents = page.waitForDownload(
                () -> page.locator("a[href*='old-consents.csv']").click());
        assertThat(Files.readString(oldConsents.path()).lines().filter(line -> line.endsWith(",\"2020-01-01\"")))
                .hasSizeGreaterThanOrEqualTo(3);
    }
}
