package org.consentledger.standalone.pages;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator.FilterOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.options.AriaRole;
import org.assertj.core.api.Assertions;
import org.consentledger.standalone.Api;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Narrow and wide, light and dark, English and Chinese: nothing runs over an edge, and nobody is shut out. */
@InBrowser
class LooksTest {

    private static Site site;
    private static String person;

    @BeforeAll
    static void start(Site started) {
        site = started;
        person = site.register("""
                {"firstName":"Maximiliane-Alexandra","lastName":"Grafenberg von und zu Hohenstein","company":"Grafenberg Maschinenbau GmbH & Co. KG",
                 "title":"Head of Procurement","emails":["maximiliane-alexandra.grafenberg-hohenstein@example.org"],"phones":["+49 30 5550000"],
                 "source":{"type":"CHROME_EXTENSION"},
                 "authorization":{"type":"CONSENT","dateOfConsent":"2026-10-01","purposeOfProcessing":"Product news and invitations to events"}}
                """);
        site.change("POST", "/api/people/" + person + "/unsubscribe", "{\"reason\":\"TOO_FREQUENT\"}");
        site.change(
                "POST",
                "/api/people/" + person + "/resubscribe-requests",
                "{\"dateOfConsent\":\"%s\",\"purposeOfProcessing\":\"Product news\",\"givenHow\":\"Signed form at the fair\",\"reference\":\"form 1207\"}"
                        .formatted(site.today()));
        Api.json(200, site.api().get("auditor", "/api/people/" + person + "/audit-trail?minVersion=4"));
    }

    @ParameterizedTest
    @CsvSource({"360,false,en-GB", "360,true,zh-TW", "1920,true,en-GB", "1920,false,zh-TW"})
    void every_page_fits_and_is_accessible(int width, boolean dark, String locale) {
        var suffix = "-" + width + (dark ? "-dark" : "") + (locale.startsWith("zh") ? "-zh" : "");
        var admin = site.open(tab("admin", width, dark, locale));
        see(admin, "/people", "people" + suffix);
        see(admin, "/people/" + person, "person" + suffix);
        see(admin, "/people/" + person + "/card", "card" + suffix);
        see(admin, "/people/" + person + "/contact", "contact" + suffix);
        see(admin, "/people/" + person + "/resubscribe-approval", "approval" + suffix);
        see(admin, "/resubscribe-requests", "requests" + suffix);
        see(admin, "/imports", "imports" + suffix);
        see(admin, "/jobs", "jobs" + suffix);
        see(admin, "/people/00000000-0000-0000-0000-000000000000", "not-found" + suffix);
        var auditor = site.open(tab("auditor", width, dark, locale));
        see(auditor, "/people/" + person + "/audit", "audit" + suffix);
        auditor.locator(".time-line li .then-link").last().click();
        assertThat(auditor.locator("#then .differs").first()).isVisible();
        Looks.good(auditor, "audit-as-of" + suffix);
        see(auditor, "/audit", "trail" + suffix);
        var analyst = site.open(tab("analyst", width, dark, locale));
        see(analyst, "/reports", "reports" + suffix);
    }

    @Test
    void a_name_without_end_takes_no_room_from_an_address() {
        site.register("""
                {"firstName":"%s","emails":["bernadette.lindqvist@example.org"],"source":{"type":"IMPORT"}}
                """.formatted("Endless".repeat(40)));
        site.awaitListed("bernadette.lindqvist@example.org");
        for (var width : new int[] {1280, 1920}) {
            var page = site.open(Site.Tab.of("operator").size(width, 900));
            page.navigate(site.address("/people"));
            page.locator("#q").fill("lindqvist");
            page.locator("form[role=search] button").click();
            var address = page.locator("td.email span")
                    .filter(new FilterOptions().setHasText("bernadette.lindqvist@example.org"))
                    .first();
            assertThat(address).isVisible();
            Assertions.assertThat((int) address.evaluate("cell => cell.getClientRects().length"))
                    .as("lines of an address at %s pixels", width)
                    .isEqualTo(1);
            Looks.good(page, "people-endless-" + width);
        }
    }

    @Test
    void language_and_looks_are_chosen_and_stay_chosen() {
        var page = site.as("operator");
        page.navigate(site.address("/people"));
        page.locator(".user-menu summary").click();
        Looks.picture(page, "menu");
        page.getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName("繁體中文")).click();
        assertThat(page.locator("main h1")).hasText("聯絡人");
        assertThat(page.locator("html")).hasAttribute("lang", "zh-TW");
        page.locator(".user-menu summary").click();
        page.getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName("深色")).click();
        assertThat(page.locator("html")).hasAttribute("data-theme", "dark");
        page.reload();
        assertThat(page.locator("main h1")).hasText("聯絡人");
        Looks.good(page, "people-chosen-dark-zh");
    }

    @Test
    void the_list_is_worked_by_keyboard_alone() {
        var page = site.as("operator");
        page.navigate(site.address("/people"));
        page.keyboard().press("Tab");
        assertThat(page.locator(".skip")).isFocused();
        page.keyboard().press("Enter");
        page.keyboard().press("Tab");
        assertThat(page.locator(".head-actions a").first()).isFocused();
        page.keyboard().press("Tab");
        page.keyboard().press("Enter");
        assertThat(page.locator("dialog [name=firstName]")).isFocused();
        page.keyboard().press("Escape");
        assertThat(page.locator("dialog")).isHidden();
        assertThat(page.locator(".head-actions a").last()).isFocused();
    }

    private static Site.Tab tab(String role, int width, boolean dark, String locale) {
        return Site.Tab.of(role).size(width, 900).dark(dark).locale(locale);
    }

    private static void see(Page page, String path, String name) {
        page.navigate(site.address(path));
        Looks.good(page, name);
    }
}
