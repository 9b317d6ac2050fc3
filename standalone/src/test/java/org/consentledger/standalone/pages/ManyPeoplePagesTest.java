package org.consentledger.standalone.pages;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import com.microsoft.playwright.options.FilePayload;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists, bulk operations, imports and jobs. */
@ExtendWith(Site.Resolver.class)
@Timeout(90)
class ManyPeoplePagesTest {

    private static final ContainsTextOptions SLOWLY = new ContainsTextOptions().setTimeout(30_000);

    private static Site site;

    @BeforeAll
    static void start(Site started) {
        site = started;
    }

    @AfterEach
    void tidy() {
        site.tidy();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void people_are_searched_filtered_sorted_and_paged_and_no_name_is_in_an_address(boolean scripts) {
        var page = site.open(Site.Tab.of("operator").scripts(scripts));
        page.navigate(site.address("/people?sort=name"));
        assertThat(page.locator(".count strong")).containsText("5,");
        var first = page.locator("table.people tbody th").first().innerText();
        page.locator(".pager a[rel=next]").click();
        assertThat(page.locator("table.people tbody th").first()).not().hasText(first);
        assertThat(page.locator("table.people tbody tr")).hasCount(50);

        page.locator("#q").fill("tomoko ferrari");
        page.locator("form[role=search] button").click();
        assertThat(page.locator(".count")).containsText("match");
        for (var name : page.locator("table.people tbody th").allInnerTexts()) {
            assertThat(name).isEqualTo("Tomoko Ferrari");
        }
        assertThat(page.url()).doesNotContainIgnoringCase("tomoko").doesNotContainIgnoringCase("ferrari");
        page.locator("#subscription").selectOption("UNSUBSCRIBED");
        if (!scripts) {
            page.locator("form[role=search] button").click();
        }
        assertThat(page.locator(".empty h2")).hasText("Nobody matches");
        if (scripts) {
            Looks.good(page, "nobody-matches");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void some_who_are_ticked_get_a_consent_and_the_job_says_what_was_changed(boolean scripts) {
        var page = site.open(Site.Tab.of("operator").scripts(scripts));
        page.navigate(site.address("/people?sort=" + (scripts ? "name" : "-name")));
        var picks = page.locator("table.people input[name=ids]");
        picks.nth(0).check();
        picks.nth(1).check();
        picks.nth(2).check();
        if (scripts) {
            assertThat(page.locator(".selected-count")).hasText("3 selected");
            Looks.picture(page, "selected");
        }
        choose(page, "Authorization");
        var form = form(page, scripts);
        assertThat(form).containsText("For 3 people");
        assertThat(form.locator("[name=newAuthorization]")).hasValue("CONSENT");
        form.locator("[name=dateOfConsent]").fill("2026-10-01");
        form.locator("[name=purposeOfProcessing]").fill("Autumn letter");
        if (scripts) {
            Looks.good(page, "bulk-authorization");
        }
        form.locator("button").click();

        assertThat(page.locator("#job")).containsText("Completed", SLOWLY);
        assertThat(page.locator("#job .counts")).containsText(Pattern.compile("Changed\\s*3"));
        page.navigate(site.address("/jobs"));
        assertThat(page.locator("table.rows tbody tr").first()).containsText("operator");
    }

    @Test
    void all_that_match_are_unsubscribed_with_progress() {
        var page = site.as("operator");
        page.navigate(site.address("/people"));
        page.locator("#q").fill("kofi silva");
        page.locator("form[role=search] button").click();
        assertThat(page.locator(".count")).containsText("match");
        var matching = Integer.parseInt(page.locator(".count strong").innerText());
        page.locator("table.people .pick-page").check();
        choose(page, "Unsubscribe");
        var form = form(page, true);
        assertThat(form).containsText("For " + matching + " p");
        form.locator("[name=reason]").selectOption("IRRELEVANT");
        form.locator("button").click();
        assertThat(page.locator("#job")).containsText("Completed", SLOWLY);
        Looks.good(page, "job");
        page.navigate(site.address("/jobs"));
        Looks.good(page, "jobs");
    }

    @Test
    void everybody_who_matches_gets_a_source_though_only_a_page_of_them_is_shown() {
        var page = site.as("operator");
        page.navigate(site.address("/people?source=IMPORT"));
        page.locator("[name=all]").check();
        choose(page, "Source");
        var form = form(page, true);
        assertThat(form).containsText(Pattern.compile("For [45],\\d{3} people"));
        form.locator("[name=newSource]").selectOption("OTHER");
        form.locator("[name=sourceDescription]").fill("A fair");
        form.locator("button").click();
        assertThat(page.locator("#job")).containsText("Completed", new ContainsTextOptions().setTimeout(60_000));
        assertThat(page.locator("#job .counts")).containsText(Pattern.compile("Changed\\s*[45],\\d{3}"));
    }

    @Test
    void nobody_ticked_is_told_to_tick_somebody() {
        var page = site.as("operator");
        page.navigate(site.address("/people"));
        choose(page, "Source");
        assertThat(form(page, true)).containsText("Select somebody first");
        page.keyboard().press("Escape");
        assertThat(page.locator("dialog")).isHidden();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void an_admin_erases_those_who_are_ticked_after_typing_how_many(boolean scripts) {
        for (var number = 1; number <= 2; number++) {
            site.register("""
                    {"firstName":"Bulk","lastName":"Erasure%s","emails":["bulk%d.%s@example.org"],"source":{"type":"OTHER"}}
                    """.formatted(scripts, number, scripts));
        }
        site.awaitListed("bulk2." + scripts + "@example.org");
        var page = site.open(Site.Tab.of("admin").scripts(scripts));
        page.navigate(site.address("/people"));
        page.locator("#q").fill("bulk erasure" + scripts);
        page.locator("form[role=search] button").click();
        assertThat(page.locator("table.people tbody tr")).hasCount(2);
        page.locator("table.people input[name=ids]").nth(0).check();
        page.locator("table.people input[name=ids]").nth(1).check();
        choose(page, "Delete");
        form(page, scripts).locator("[name=reason]").fill("They asked for it");
        form(page, scripts).locator("[name=confirmation]").fill("3");
        form(page, scripts).locator("button").click();
        assertThat(page.locator("#e-confirmation")).isVisible();
        form(page, scripts).locator("[name=confirmation]").fill("2");
        form(page, scripts).locator("button").click();
        assertThat(page.locator(".notice")).containsText("2 people has been erased");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_file_is_looked_into_tried_and_imported_and_its_failures_are_listed(boolean scripts) throws Exception {
        var file = """
                Mail;Vorname;Familienname;Lieblingsfarbe
                import.one.%1$s@example.org;Imp;One;red
                import.two.%1$s@example.org;Imp;Two;blue
                no address;Imp;Three;green
                """.formatted(scripts);
        var page = site.open(Site.Tab.of("operator").scripts(scripts));
        page.navigate(site.address("/imports"));
        if (scripts) {
            Looks.good(page, "import-choose");
        }
        page.locator("#file")
                .setInputFiles(new FilePayload("leute.csv", "text/csv", file.getBytes(StandardCharsets.UTF_8)));
        page.locator("main form button").click();
        var colour = page.locator("table.mapping tr").filter(new Locator.FilterOptions().setHasText("Lieblingsfarbe"));
        assertThat(colour).containsText("red");
        colour.locator("select").selectOption("other");
        page.locator("[name=authorization]").selectOption("LEGITIMATE_INTEREST");
        if (scripts) {
            Looks.good(page, "import-mapping");
        }
        page.locator("button[name=dryRun][value=true]").click();
        assertThat(page.locator("#job")).containsText("Dry run");
        assertThat(page.locator("#job")).containsText("Completed", SLOWLY);
        page.goBack();
        page.locator("button[name=dryRun][value=false]").click();
        assertThat(page.locator("#job .card-head")).not().containsText("Dry run");
        assertThat(page.locator("#job")).containsText("Completed", SLOWLY);
        assertThat(page.locator("#job .counts")).containsText(Pattern.compile("Changed\\s*2"));
        var download =
                page.waitForDownload(() -> page.locator("#job a[download]").click());
        assertThat(Files.readString(download.path())).startsWith("line,column,reason\r\n4,");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void somebody_new_is_added_and_a_taken_address_leads_to_who_has_it(boolean scripts) {
        var page = site.open(Site.Tab.of("operator").scripts(scripts));
        page.navigate(site.address("/people"));
        page.locator(".head-actions .button").last().click();
        var form = form(page, scripts);
        form.locator("[name=firstName]").fill("New");
        form.locator("[name=lastName]").fill("Comer");
        form.locator("[name=emails]").fill(InventedPeople.email(7));
        form.locator("button").click();
        assertThat(form(page, scripts).locator("[role=alert] a")).containsText("See that person");
        form(page, scripts).locator("[name=emails]").fill("new.comer." + scripts + "@example.org");
        if (scripts) {
            Looks.good(page, "new-person");
        }
        form(page, scripts).locator("button").click();
        assertThat(page.locator("main h1")).hasText("New Comer");
        assertThat(page.locator(".notice")).containsText("has been added");
    }

    private static void choose(Page page, String action) {
        page.locator(".bulk .menu summary").click();
        page.locator(".bulk .menu-item", new Page.LocatorOptions().setHasText(action))
                .first()
                .click();
    }

    private static Locator form(Page page, boolean scripts) {
        return page.locator(scripts ? "dialog .panel" : "main .panel");
    }
}
