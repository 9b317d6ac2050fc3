package org.consentledger.standalone.pages;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.consentledger.standalone.pages.Steps.SLOWLY;
import static org.consentledger.standalone.pages.Steps.choose;
import static org.consentledger.standalone.pages.Steps.panel;
import static org.consentledger.standalone.pages.Steps.search;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.FilePayload;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists, bulk operations, imports and jobs. */
@InBrowser
class ManyPeoplePagesTest {

    private final Site site;

    ManyPeoplePagesTest(Site site) {
        this.site = site;
    }

    @ParameterizedTest
    @CsvSource({"operator,true", "admin,false", "auditor,true", "analyst,false"})
    void people_are_searched_filtered_sorted_and_paged_and_no_name_is_in_an_address(String role, boolean scripts) {
        var page = site.open(Site.Tab.of(role).scripts(scripts));
        page.navigate(site.address("/people?sort=name"));
        assertThat(page.locator(".count strong")).containsText(Site.THOUSANDS + ",");
        var first = page.locator("table.people tbody th").first().innerText();
        page.locator(".pager a[rel=next]").click();
        assertThat(page.locator("table.people tbody th").first()).not().hasText(first);
        assertThat(page.locator("table.people tbody tr")).hasCount(50);

        search(page, "tomoko ferrari");
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
    @CsvSource({"operator,true", "admin,false"})
    void selected_people_get_a_consent_and_the_job_counts_the_changes(String role, boolean scripts) {
        var page = site.open(Site.Tab.of(role).scripts(scripts));
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
        var form = panel(page);
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
        assertThat(page.locator("table.rows tbody tr").first()).containsText(role);
    }

    @Test
    void all_people_on_the_page_are_unsubscribed_with_progress() {
        var page = site.as("operator");
        page.navigate(site.address("/people"));
        search(page, "kofi silva");
        assertThat(page.locator(".count")).containsText("match");
        var matching = Integer.parseInt(page.locator(".count strong").innerText());
        page.locator("table.people .pick-page").check();
        choose(page, "Unsubscribe");
        var form = panel(page);
        assertThat(form).containsText("For " + matching + " p");
        form.locator("[name=reason]").selectOption("IRRELEVANT");
        form.locator("button").click();
        assertThat(page.locator("#job")).containsText("Completed", SLOWLY);
        Looks.good(page, "job");
        page.navigate(site.address("/jobs"));
        Looks.good(page, "jobs");
    }

    @Test
    void all_matching_people_get_a_source_though_only_one_page_is_shown() {
        var thousands = "[%d%d],\\d{3}".formatted(Site.THOUSANDS - 1, Site.THOUSANDS);
        var page = site.as("operator");
        page.navigate(site.address("/people?source=IMPORT"));
        page.locator("[name=all]").check();
        choose(page, "Source");
        var form = panel(page);
        assertThat(form).containsText(Pattern.compile("For " + thousands + " people"));
        form.locator("[name=newSource]").selectOption("OTHER");
        form.locator("[name=sourceDescription]").fill("A fair");
        form.locator("button").click();
        assertThat(page.locator("#job")).containsText("Completed", SLOWLY);
        assertThat(page.locator("#job .counts")).containsText(Pattern.compile("Changed\\s*" + thousands));
    }

    @ParameterizedTest
    @CsvSource({
        "Authorization, ticked, chidi, operator, true",
        "Authorization, all, dana, admin, false",
        "Source, ticked, emre, operator, true",
        "Source, ticked, freya, admin, false",
        "Source, all, goran, admin, false",
        "Unsubscribe, ticked, hana, admin, false",
        "Unsubscribe, all, ivo, operator, true",
        "Unsubscribe, all, june, admin, false"
    })
    void two_selected_people_or_all_matching_ones_are_changed(
            String action, String whom, String name, String role, boolean scripts) {
        var page = site.open(Site.Tab.of(role).scripts(scripts));
        page.navigate(site.address("/people?sort=name"));
        search(page, name);
        var count = 2;
        if (whom.equals("all")) {
            count = Integer.parseInt(page.locator(".count strong").innerText());
            assertThat(count).as("more than one page shows").isGreaterThan(50);
            page.locator("[name=all]").check();
        } else {
            page.locator("table.people input[name=ids]").nth(0).check();
            page.locator("table.people input[name=ids]").nth(1).check();
        }
        choose(page, action);
        assertThat(panel(page)).containsText("For " + count + " people");
        var panel = panel(page);
        switch (action) {
            case "Authorization" -> {
                assertThat(panel.locator("[name=authorizationDescription]")).isHidden();
                panel.locator("[name=newAuthorization]").selectOption("OTHER");
                panel.locator("[name=authorizationDescription]").fill("A public register");
            }
            case "Source" -> {
                assertThat(panel.locator("[name=sourceDescription]")).isHidden();
                panel.locator("[name=newSource]").selectOption("OTHER");
                panel.locator("[name=sourceDescription]").fill("A market");
            }
            default -> panel.locator("[name=reason]").selectOption("IRRELEVANT");
        }
        panel.locator("button").click();
        assertThat(page.locator("#job")).containsText("Completed", SLOWLY);
        assertThat(page.locator("#job .counts")).containsText(Pattern.compile("Changed\\s*" + count));

        page.navigate(site.address("/people?sort=-updatedAt"));
        search(page, name);
        page.locator("table.people tbody th a").first().click();
        assertThat(page.locator("#compliance"))
                .containsText(
                        Map.of("Authorization", "A public register", "Source", "A market", "Unsubscribe", "Irrelevant")
                                .get(action));
    }

    @Test
    void an_empty_selection_is_reported() {
        var page = site.as("operator");
        page.navigate(site.address("/people"));
        choose(page, "Source");
        assertThat(panel(page)).containsText("Select somebody first");
        page.keyboard().press("Escape");
        assertThat(page.locator("dialog")).isHidden();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void an_admin_erases_selected_people_after_typing_their_number(boolean scripts) {
        for (var number = 1; number <= 2; number++) {
            site.register("""
                    {"firstName":"Bulk","lastName":"Erasure%s","emails":["bulk%d.%s@example.org"],"source":{"type":"OTHER"}}
                    """.formatted(scripts, number, scripts));
        }
        site.awaitListed("bulk2." + scripts + "@example.org");
        var page = site.open(Site.Tab.of("admin").scripts(scripts));
        page.navigate(site.address("/people"));
        search(page, "bulk erasure" + scripts);
        assertThat(page.locator("table.people tbody tr")).hasCount(2);
        page.locator("table.people input[name=ids]").nth(0).check();
        page.locator("table.people input[name=ids]").nth(1).check();
        choose(page, "Delete");
        panel(page).locator("[name=reason]").fill("They asked for it");
        panel(page).locator("[name=confirmation]").fill("3");
        panel(page).locator("button").click();
        assertThat(page.locator("#e-confirmation")).isVisible();
        panel(page).locator("[name=confirmation]").fill("2");
        panel(page).locator("button").click();
        assertThat(page.locator(".notice")).containsText("2 people has been erased");
    }

    @ParameterizedTest
    @CsvSource({"operator,true", "admin,false"})
    void a_file_is_previewed_dry_run_and_imported_and_its_failures_are_listed(String role, boolean scripts)
            throws Exception {
        var file = """
                Mail;Vorname;Familienname;Lieblingsfarbe
                import.one.%1$s@example.org;Imp;One;red
                import.two.%1$s@example.org;Imp;Two;blue
                no address;Imp;Three;green
                """.formatted(scripts);
        var page = site.open(Site.Tab.of(role).scripts(scripts));
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
    @CsvSource({"operator,true", "admin,false"})
    void a_person_is_added_and_a_taken_address_links_to_its_holder(String role, boolean scripts) {
        var page = site.open(Site.Tab.of(role).scripts(scripts));
        page.navigate(site.address("/people"));
        page.locator(".head-actions .button").last().click();
        var form = panel(page);
        form.locator("[name=firstName]").fill("New");
        form.locator("[name=lastName]").fill("Comer");
        form.locator("[name=emails]").fill(InventedPeople.email(7));
        form.locator("button").click();
        assertThat(panel(page).locator("[role=alert] a")).containsText("See that person");
        panel(page).locator("[name=emails]").fill("new.comer." + scripts + "@example.org");
        assertThat(panel(page).locator("[name=sourceDescription]")).isHidden();
        panel(page).locator("[name=source]").selectOption("OTHER");
        panel(page).locator("[name=sourceDescription]").fill("A fair");
        panel(page).locator("[name=authorization]").selectOption("OTHER");
        panel(page).locator("[name=authorizationDescription]").fill("A public register");
        if (scripts) {
            Looks.good(page, "new-person");
        }
        panel(page).locator("button").click();
        assertThat(page.locator("main h1")).hasText("New Comer");
        assertThat(page.locator(".notice")).containsText("has been added");
        assertThat(page.locator("#compliance")).containsText("A fair");
        assertThat(page.locator("#compliance")).containsText("A public register");
    }
}
