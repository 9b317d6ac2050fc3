package org.consentledger.standalone.pages;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.consentledger.standalone.pages.Steps.search;

import com.microsoft.playwright.Locator.FilterOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.FilePayload;
import java.util.ArrayDeque;
import org.assertj.core.api.Assertions;
import org.consentledger.standalone.Api;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Narrow and wide, light and dark, English and Chinese: nothing runs over an edge, and nobody is shut out. */
@InBrowser
class LooksTest {

    private static final String FILE = """
            Mail;Vorname;Familienname;Lieblingsfarbe
            hanna.larsen@example.org;Hanna;Larsen;red
            """;

    private static Site site;
    private static String person;
    private static String other;
    private static String erased;

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
        other = site.imported("Still", "Subscribed", "still.subscribed");
        erased = site.imported("Soon", "Gone", "soon.gone");
        Api.json(200, site.api().send("admin", "DELETE", "/api/people/" + erased, "{\"reason\":\"asked\"}"));
        Api.json(200, site.api().get("auditor", "/api/people/" + person + "/audit-trail?minVersion=4"));
    }

    @ParameterizedTest
    @CsvSource({"360,false,en-GB", "360,true,zh-TW", "1920,true,en-GB", "1920,false,zh-TW"})
    void every_page_fits_and_is_accessible(int width, boolean dark, String locale) {
        var suffix = suffix(width, dark, locale);
        var nobody = site.open(tab("", width, dark, locale));
        see(nobody, "/people", "sign-in" + suffix);
        see(nobody, "/signed-out?expired", "session-ended" + suffix);
        var admin = site.open(tab("admin", width, dark, locale));
        see(admin, "/people", "people" + suffix);
        see(admin, "/people/" + person, "person" + suffix);
        see(admin, "/people/" + person + "/contact", "contact" + suffix);
        see(admin, "/people/" + person + "/resubscribe-approval", "approval" + suffix);
        see(admin, "/people/" + erased, "erased" + suffix);
        see(admin, "/resubscribe-requests", "requests" + suffix);
        see(admin, "/imports", "imports" + suffix);
        admin.locator("#file").setInputFiles(new FilePayload("a.csv", "text/csv", FILE.getBytes(UTF_8)));
        admin.locator("main form button").click();
        assertThat(admin.locator("table.mapping")).isVisible();
        Looks.good(admin, "mapping" + suffix);
        see(admin, "/jobs", "jobs" + suffix);
        admin.locator("table.rows tbody th a").first().click();
        assertThat(admin.locator("#job progress")).isVisible();
        Looks.good(admin, "job" + suffix);
        see(admin, "/people/00000000-0000-0000-0000-000000000000", "not-found" + suffix);
        see(admin, "/audit", "no-permission" + suffix);
        var auditor = site.open(tab("auditor", width, dark, locale));
        see(auditor, "/people/" + person + "/audit", "audit" + suffix);
        auditor.locator(".time-line li .then-link").last().click();
        assertThat(auditor.locator("#then .differs").first()).isVisible();
        Looks.good(auditor, "audit-as-of" + suffix);
        see(auditor, "/audit", "trail" + suffix);
        var analyst = site.open(tab("analyst", width, dark, locale));
        see(analyst, "/people/" + person, "card-only" + suffix);
        see(analyst, "/reports", "reports" + suffix);
        fits(analyst, new int[] {760, 900, 1180, 1280});
    }

    @ParameterizedTest
    @CsvSource({"360,false,en-GB", "360,true,zh-TW", "1920,true,en-GB", "1920,false,zh-TW"})
    void every_dialog_fits_and_is_accessible(int width, boolean dark, String locale) {
        var suffix = suffix(width, dark, locale);
        var admin = site.open(tab("admin", width, dark, locale));
        admin.navigate(site.address("/people"));
        dialog(admin, ".head-actions .button:last-of-type", "new" + suffix);
        admin.locator("table.people input[name=ids]").first().check();
        for (var what : new String[] {"authorization", "source", "unsubscribe", "erasure"}) {
            admin.locator("main .menu summary").click();
            dialog(admin, "main .menu-item[formaction*=" + what + "]", "bulk-" + what + suffix);
        }
        admin.navigate(site.address("/people/" + person));
        dialog(admin, "#compliance .card-head .button", "card" + suffix);
        for (var what : new String[] {"resubscribe-approval", "erasure"}) {
            admin.locator("main .menu summary").click();
            dialog(admin, "main .menu-item[href*=" + what + "]", what + suffix);
        }
        var operator = site.open(tab("operator", width, dark, locale));
        operator.navigate(site.address("/people/" + person));
        operator.locator("main .menu summary").click();
        dialog(operator, "main .menu-item[href*=resubscribe-request]", "resubscribe-request" + suffix);
        operator.navigate(site.address("/people/" + other));
        operator.locator("main .menu summary").click();
        dialog(operator, "main .menu-item[href*=unsubscribe]", "unsubscribe" + suffix);
    }

    private static void dialog(Page page, String opener, String name) {
        page.locator(opener).click();
        assertThat(page.locator("dialog .panel h1")).isVisible();
        Looks.goodDialog(page, name);
        page.keyboard().press("Escape");
        assertThat(page.locator("dialog")).isHidden();
    }

    /** The narrowest and widest of what lies between those of the pictures. */
    private static void fits(Page page, int[] widths) {
        for (var width : widths) {
            page.setViewportSize(width, 900);
            Looks.fits(page);
        }
    }

    @Test
    void whoever_waits_is_told_so_and_whoever_waits_in_vain() {
        var page = site.as("operator");
        page.navigate(site.address("/people"));
        var held = new ArrayDeque<Route>();
        page.route("**/people/new", held::add);
        page.route("**/people/search", held::add);
        assertThat(page.locator("#loading")).isHidden();

        page.locator(".head-actions .button").last().click();
        assertThat(page.locator("#loading")).isVisible();
        assertThat(page.locator("#dialog-content")).hasAttribute("aria-busy", "true");
        Looks.picture(page, "loading");
        held.remove().resume();
        assertThat(page.locator("dialog form")).isVisible();
        assertThat(page.locator("#loading")).isHidden();
        page.keyboard().press("Escape");

        search(page, "lindqvist");
        assertThat(page.locator("#loading")).isVisible();
        assertThat(page.locator("#results")).hasAttribute("aria-busy", "true");
        assertThat(page.locator("#results")).hasCSS("opacity", "0.55");
        held.remove().abort();
        assertThat(page.locator("#loading")).isHidden();
        assertThat(page.locator("#trouble p")).isVisible();
        assertThat(page.locator("#trouble p")).containsText("Please try again");
        Looks.good(page, "no-answer");

        search(page, "lindqvist");
        assertThat(page.locator("#loading")).isVisible();
        assertThat(page.locator("#trouble p")).isHidden();
        held.remove().resume();
        assertThat(page.locator(".count")).containsText("match");
        assertThat(page.locator("#loading")).isHidden();
        assertThat(page.locator("#results")).not().hasAttribute("aria-busy", "true");
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
            search(page, "lindqvist");
            assertThat(page.locator(".count")).containsText("match");
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

    private static String suffix(int width, boolean dark, String locale) {
        return "-" + width + (dark ? "-dark" : "") + (locale.startsWith("zh") ? "-zh" : "");
    }

    private static Site.Tab tab(String role, int width, boolean dark, String locale) {
        return Site.Tab.of(role).size(width, 900).dark(dark).locale(locale);
    }

    private static void see(Page page, String path, String name) {
        page.navigate(site.address(path));
        Looks.good(page, name);
    }
}
