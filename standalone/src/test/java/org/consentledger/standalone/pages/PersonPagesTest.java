package org.consentledger.standalone.pages;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.nio.file.Files;
import org.consentledger.standalone.Api;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Site.Resolver.class)
@Timeout(90)
class PersonPagesTest {

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
    void an_opt_out_is_lifted_by_a_request_and_an_admins_attested_approval(boolean scripts) {
        var id = site.register("""
                {"firstName":"Opt","lastName":"Out%s","emails":["opt.out.%s@example.org"],"source":{"type":"IMPORT"}}
                """.formatted(scripts ? "A" : "B", scripts));
        var operator = site.open(Site.Tab.of("operator").scripts(scripts));
        operator.navigate(site.address("/people/" + id + "?v=1"));
        choose(operator, "Unsubscribe");
        var form = form(operator, scripts);
        form.locator("[name=reason]").selectOption("TOO_FREQUENT");
        form.locator("[name=comment]").fill("Two mails a day");
        if (scripts) {
            Looks.good(operator, "unsubscribe");
        }
        form.locator("button").click();
        assertThat(operator.locator("#compliance")).containsText("Unsubscribed");
        assertThat(operator.locator("#history")).containsText("Two mails a day");
        assertThat(operator.locator("#history")).containsText("Manual");

        choose(operator, "Remove Unsubscribe");
        form = form(operator, scripts);
        form.locator("[name=dateOfConsent]").fill("2020-01-01");
        form.locator("[name=purposeOfProcessing]").fill("Product news");
        form.locator("[name=givenHow]").fill("Phone call");
        form.locator("button").click();
        assertThat(form(operator, scripts).locator("[role=alert]")).containsText("must not be older");
        form(operator, scripts).locator("[name=dateOfConsent]").fill(site.today());
        form(operator, scripts).locator("button").click();
        assertThat(operator.locator(".notice")).containsText("waits for an admin");
        assertThat(operator.locator("#compliance")).containsText("waits for an admin");

        var admin = site.open(Site.Tab.of("admin").scripts(scripts));
        admin.navigate(site.address("/resubscribe-requests"));
        var row = admin.locator("table.rows tbody tr")
                .filter(new Locator.FilterOptions().setHasText("Opt Out" + (scripts ? "A" : "B")));
        assertThat(row).containsText("Phone call");
        if (scripts) {
            Looks.good(admin, "resubscribe-requests");
        }
        row.locator("a.button").click();
        form = form(admin, scripts);
        form.locator("[name=reason]").fill("Heard the call");
        form.locator("button[value=approve]").click();
        assertThat(form(admin, scripts).locator("[role=alert]")).containsText("attest");
        form = form(admin, scripts);
        form.locator("[name=attested]").check();
        if (scripts) {
            Looks.good(admin, "resubscribe-approval");
        }
        form.locator("button[value=approve]").click();
        assertThat(admin.locator("#compliance")).containsText("Subscribed");
        assertThat(admin.locator("#compliance")).containsText("Product news");
        assertThat(admin.locator("#history")).containsText("Resubscribe");
        if (scripts) {
            Looks.good(admin, "person-history");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void contact_data_is_edited_and_a_conflict_is_shown_and_settled(boolean scripts) {
        var id = site.register("""
                {"firstName":"Con","lastName":"Flict","emails":["con.flict.%s@example.org"],"source":{"type":"IMPORT"}}
                """.formatted(scripts));
        var page = site.open(Site.Tab.of("operator").scripts(scripts));
        page.navigate(site.address("/people/" + id + "?v=1"));
        page.locator("#contact a.button").click();
        var form = page.locator("#contact form");
        form.locator("[name=company]").fill("Mine Ltd");
        form.locator("[name=emails]").fill("not an address");
        form.locator("button").click();
        assertThat(page.locator("#e-emails")).containsText("e-mail address");
        page.locator("#contact form [name=emails]").fill("con.flict.%s@example.org".formatted(scripts));

        Api.json(200, site.api().send("operator", "PATCH", "/api/people/" + id, "{\"company\":\"Theirs Ltd\"}"));
        page.locator("#contact form button").click();
        assertThat(page.locator("#contact [role=alert]")).containsText("Theirs Ltd");
        assertThat(page.locator("#contact [role=alert]")).containsText("Mine Ltd");
        if (scripts) {
            Looks.good(page, "conflict");
        }
        page.locator("#contact form button").click();
        assertThat(page.locator(".notice")).containsText("has been changed");
        assertThat(page.locator("#contact")).containsText("Mine Ltd");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void an_export_is_recorded_and_downloaded(boolean scripts) throws IOException {
        var id = site.register("""
                {"firstName":"Ex","lastName":"Port","emails":["ex.port.%s@example.org"],"source":{"type":"IMPORT"}}
                """.formatted(scripts));
        var page = site.open(Site.Tab.of("operator").scripts(scripts));
        page.navigate(site.address("/people/" + id + "?v=1"));
        page.locator(".page-head .menu summary").click();
        var download = page.waitForDownload(
                () -> page.locator(".page-head .menu-item", named("Export")).click());
        assertThat(download.suggestedFilename()).isEqualTo("person-" + id + ".csv");
        assertThat(Files.readString(download.path()))
                .startsWith("\uFEFFFirst Name,Last Name,Company")
                .contains("ex.port." + scripts + "@example.org");
        var trail = Api.json(200, site.api().get("auditor", "/api/people/" + id + "/audit-trail?minVersion=2"));
        assertThat(trail.get("entries").get(1).get("type").asString()).isEqualTo("PersonExported");
        assertThat(trail.get("entries").get(1).get("via").asString()).isEqualTo("WEB");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void an_admin_erases_somebody_after_typing_whom(boolean scripts) {
        var id = site.register("""
                {"firstName":"Era","lastName":"Sure","emails":["era.sure.%s@example.org"],"source":{"type":"IMPORT"}}
                """.formatted(scripts));
        var page = site.open(Site.Tab.of("admin").scripts(scripts));
        page.navigate(site.address("/people/" + id + "?v=1"));
        choose(page, "Delete");
        var form = form(page, scripts);
        form.locator("[name=reason]").fill("Asked for it");
        form.locator("[name=confirmation]").fill("Somebody Else");
        form.locator("button").click();
        assertThat(page.locator("#e-confirmation")).isVisible();
        if (scripts) {
            Looks.good(page, "erasure");
        }
        form = form(page, scripts);
        form.locator("[name=confirmation]").fill("Era Sure");
        form.locator("button").click();
        assertThat(page.locator("main h1")).hasText("Erased person");
        assertThat(page.locator("body")).not().containsText("era.sure");
        Looks.picture(page, "erased");
    }

    @Test
    void each_role_is_offered_what_it_may_do_and_refused_the_rest() {
        var id = site.register("""
                {"firstName":"Role","lastName":"Play","emails":["role.play@example.org"],"source":{"type":"IMPORT"}}
                """);
        var analyst = site.as("analyst");
        analyst.navigate(site.address("/people/" + id));
        assertThat(analyst.locator("#compliance")).isVisible();
        assertThat(analyst.locator("body")).not().containsText("role.play");
        assertThat(analyst.locator(".pick")).hasCount(0);
        Looks.good(analyst, "card-only");
        var auditor = site.as("auditor");
        auditor.navigate(site.address("/people/" + id));
        auditor.locator(".page-head .menu summary").click();
        assertThat(auditor.locator(".page-head .menu-item")).hasText(new String[] {"Export"});
        var operator = site.as("operator");
        operator.navigate(site.address("/people/" + id));
        operator.locator(".page-head .menu summary").click();
        assertThat(operator.locator(".page-head .menu-item")).hasText(new String[] {"Export", "Unsubscribe"});

        refused(analyst, "/people/" + id + "/contact");
        refused(analyst, "/imports");
        refused(analyst, "/audit");
        refused(auditor, "/people/" + id + "/card");
        refused(auditor, "/reports");
        refused(operator, "/people/" + id + "/erasure");
        refused(operator, "/people/" + id + "/audit");
        refused(operator, "/people/" + id + "/resubscribe-approval");
        Looks.good(operator, "no-permission");
    }

    private static void refused(Page page, String path) {
        var answer = page.navigate(site.address(path));
        assertThat(answer.status()).as(path).isEqualTo(403);
        assertThat(page.locator("h1")).hasText("This is not open to you");
    }

    private static void choose(Page page, String action) {
        page.locator(".page-head .menu summary").click();
        page.locator(".page-head .menu-item", named(action)).click();
    }

    private static Locator form(Page page, boolean scripts) {
        return page.locator(scripts ? "dialog .panel" : "main .panel");
    }

    private static Page.LocatorOptions named(String text) {
        return new Page.LocatorOptions().setHasText(text);
    }
}
