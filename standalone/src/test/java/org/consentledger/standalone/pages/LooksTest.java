package org.consentledger.standalone.pages;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.consentledger.standalone.pages.Steps.search;
import static org.consentledger.standalone.pages.Steps.startSearch;

import com.microsoft.playwright.Locator.FilterOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.EmulateMediaOptions;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.FilePayload;
import com.microsoft.playwright.options.ReducedMotion;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import org.assertj.core.api.Assertions;
import org.consentledger.standalone.Api;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each page, narrow and wide, light and dark, in English and Chinese, fits its window and passes the rules of axe. */
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

    /** How wide and in which colours a page is seen, and in which language. */
    private record View(int width, boolean dark, String locale) {

        String suffix() {
            return "-" + width + (dark ? "-dark" : "") + (locale.startsWith("zh") ? "-zh" : "");
        }

        /** At once: colours that fade into each other would be seen half-way. */
        void of(Page page) {
            page.setViewportSize(width, 900);
            page.emulateMedia(new EmulateMediaOptions()
                    .setColorScheme(dark ? ColorScheme.DARK : ColorScheme.LIGHT)
                    .setReducedMotion(ReducedMotion.REDUCE));
        }
    }

    /**
     * Tabs in one language. In the full dose each page is seen narrow and wide, light and dark; in the small one it is
     * seen once in each language: narrow and light in English, wide and dark in Chinese.
     */
    private record Tabs(List<View> views) {

        static Tabs of(String locale, boolean darkWhereNarrow) {
            var narrow = new View(360, darkWhereNarrow, locale);
            var wide = new View(1920, !darkWhereNarrow, locale);
            if (Boolean.getBoolean("ledger.tests.full")) {
                return new Tabs(List.of(narrow, wide));
            }
            return new Tabs(List.of(darkWhereNarrow ? new View(1920, true, locale) : narrow));
        }

        Page open(String role) {
            var first = views.getFirst();
            var page = site.open(Site.Tab.of(role).locale(first.locale()));
            first.of(page);
            return page;
        }

        void see(Page page, String path, String name) {
            page.navigate(site.address(path));
            good(page, name);
        }

        void good(Page page, String name) {
            inEach(page, view -> Looks.good(page, name + view.suffix()));
        }

        void dialog(Page page, String opener, String name) {
            page.locator(opener).click();
            assertThat(page.locator("dialog .panel h1")).isVisible();
            inEach(page, view -> Looks.goodDialog(page, name + view.suffix()));
            page.keyboard().press("Escape");
            assertThat(page.locator("dialog")).isHidden();
        }

        private void inEach(Page page, Consumer<View> check) {
            for (var view : views) {
                view.of(page);
                check.accept(view);
            }
            views.getFirst().of(page);
        }
    }

    @ParameterizedTest
    @CsvSource({"en-GB,false", "zh-TW,true"})
    void every_page_fits_and_is_accessible(String locale, boolean darkWhereNarrow) {
        var tabs = Tabs.of(locale, darkWhereNarrow);
        var nobody = tabs.open("");
        tabs.see(nobody, "/people", "sign-in");
        tabs.see(nobody, "/signed-out?expired", "session-ended");
        var admin = tabs.open("admin");
        tabs.see(admin, "/people", "people");
        tabs.see(admin, "/people/" + person, "person");
        tabs.see(admin, "/people/" + person + "/contact", "contact");
        tabs.see(admin, "/people/" + person + "/resubscribe-approval", "approval");
        tabs.see(admin, "/people/" + erased, "erased");
        tabs.see(admin, "/resubscribe-requests", "requests");
        tabs.see(admin, "/imports", "imports");
        admin.locator("#file").setInputFiles(new FilePayload("a.csv", "text/csv", FILE.getBytes(UTF_8)));
        admin.locator("main form button").click();
        assertThat(admin.locator("table.mapping")).isVisible();
        tabs.good(admin, "mapping");
        tabs.see(admin, "/jobs", "jobs");
        admin.locator("table.rows tbody th a").first().click();
        assertThat(admin.locator("#job progress")).isVisible();
        tabs.good(admin, "job");
        tabs.see(admin, "/people/00000000-0000-0000-0000-000000000000", "not-found");
        tabs.see(admin, "/audit", "no-permission");
        var auditor = tabs.open("auditor");
        tabs.see(auditor, "/people/" + person + "/audit", "audit");
        auditor.locator(".time-line li .then-link").last().click();
        assertThat(auditor.locator("#then .differs").first()).isVisible();
        tabs.good(auditor, "audit-as-of");
        tabs.see(auditor, "/audit", "trail");
        var analyst = tabs.open("analyst");
        tabs.see(analyst, "/people/" + person, "card-only");
        for (var view : tabs.views()) {
            view.of(analyst);
            analyst.navigate(site.address("/reports")); // anew for each, as the chart is drawn when it is loaded
            Looks.good(analyst, "reports" + view.suffix());
        }
        fits(analyst, new int[] {760, 900, 1180, 1280});
    }

    @ParameterizedTest
    @CsvSource({"en-GB,false", "zh-TW,true"})
    void every_dialog_fits_and_is_accessible(String locale, boolean darkWhereNarrow) {
        var tabs = Tabs.of(locale, darkWhereNarrow);
        var admin = tabs.open("admin");
        admin.navigate(site.address("/people"));
        tabs.dialog(admin, ".head-actions .button:last-of-type", "new");
        admin.locator("table.people input[name=ids]").first().check();
        for (var what : new String[] {"authorization", "source", "unsubscribe", "erasure"}) {
            admin.locator("main .menu summary").click();
            tabs.dialog(admin, "main .menu-item[formaction*=" + what + "]", "bulk-" + what);
        }
        admin.navigate(site.address("/people/" + person));
        tabs.dialog(admin, "#compliance .card-head .button", "card");
        for (var what : new String[] {"resubscribe-approval", "erasure"}) {
            admin.locator("main .menu summary").click();
            tabs.dialog(admin, "main .menu-item[href*=" + what + "]", what);
        }
        var operator = tabs.open("operator");
        operator.navigate(site.address("/people/" + person));
        operator.locator("main .menu summary").click();
        tabs.dialog(operator, "main .menu-item[href*=resubscribe-request]", "resubscribe-request");
        operator.navigate(site.address("/people/" + other));
        operator.locator("main .menu summary").click();
        tabs.dialog(operator, "main .menu-item[href*=unsubscribe]", "unsubscribe");
    }

    /** The narrowest and widest of what lies between those of the pictures. */
    private static void fits(Page page, int[] widths) {
        for (var width : widths) {
            page.setViewportSize(width, 900);
            Looks.fits(page);
        }
    }

    @Test
    void a_slow_and_a_failed_request_are_shown() {
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

        startSearch(page, "lindqvist");
        assertThat(page.locator("#loading")).isVisible();
        assertThat(page.locator("#results")).hasAttribute("aria-busy", "true");
        assertThat(page.locator("#results")).hasCSS("opacity", "0.55");
        held.remove().abort();
        assertThat(page.locator("#loading")).isHidden();
        assertThat(page.locator("#trouble p")).isVisible();
        assertThat(page.locator("#trouble p")).containsText("Please try again");
        Looks.good(page, "no-answer");

        startSearch(page, "lindqvist");
        assertThat(page.locator("#loading")).isVisible();
        assertThat(page.locator("#trouble p")).isHidden();
        held.remove().resume();
        assertThat(page.locator(".count")).containsText("match");
        assertThat(page.locator("#loading")).isHidden();
        assertThat(page.locator("#results")).not().hasAttribute("aria-busy", "true");
    }

    @Test
    void a_very_long_name_leaves_room_for_the_address() {
        site.register("""
                {"firstName":"%s","emails":["bernadette.lindqvist@example.org"],"source":{"type":"IMPORT"}}
                """.formatted("Endless".repeat(40)));
        site.awaitListed("bernadette.lindqvist@example.org");
        for (var width : new int[] {1280, 1920}) {
            var page = site.open(Site.Tab.of("operator").size(width, 900));
            page.navigate(site.address("/people"));
            search(page, "lindqvist");
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
    void language_and_theme_are_chosen_and_kept() {
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
    void the_list_can_be_used_by_keyboard_only() {
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
}
