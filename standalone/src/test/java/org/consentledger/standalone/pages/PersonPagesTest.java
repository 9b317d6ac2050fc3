package org.consentledger.standalone.pages;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.consentledger.standalone.pages.Steps.choose;
import static org.consentledger.standalone.pages.Steps.panel;

import com.microsoft.playwright.Locator;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.consentledger.standalone.Api;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@InBrowser
class PersonPagesTest {

    private final Site site;

    PersonPagesTest(Site site) {
        this.site = site;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void an_opt_out_is_lifted_by_a_request_and_an_admins_attested_approval(boolean scripts) {
        var id = site.imported("Opt", scripts ? "OutA" : "OutB", "opt.out." + scripts);
        var operator = site.open(Site.Tab.of("operator").scripts(scripts));
        operator.navigate(site.address("/people/" + id + "?v=1"));
        choose(operator, "Unsubscribe");
        var form = panel(operator);
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
        form = panel(operator);
        form.locator("[name=dateOfConsent]").fill("2020-01-01");
        form.locator("[name=purposeOfProcessing]").fill("Product news");
        form.locator("[name=givenHow]").fill("Phone call");
        form.locator("button").click();
        assertThat(panel(operator).locator("[role=alert]")).containsText("must not be older");
        panel(operator).locator("[name=dateOfConsent]").fill(site.today());
        panel(operator).locator("button").click();
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
        form = panel(admin);
        form.locator("[name=reason]").fill("Heard the call");
        form.locator("button[value=approve]").click();
        assertThat(panel(admin).locator("[role=alert]")).containsText("attest");
        form = panel(admin);
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
    void an_admin_rejects_a_request_with_a_reason_and_the_opt_out_stays(boolean scripts) {
        var id = optedOut("Re", "Ject", "re.ject." + scripts);
        site.change("POST", "/api/people/" + id + "/resubscribe-requests", """
                {"dateOfConsent":"%s","purposeOfProcessing":"Product news","givenHow":"Hearsay"}
                """.formatted(site.today()));
        var page = site.open(Site.Tab.of("admin").scripts(scripts));
        page.navigate(site.address("/people/" + id + "?v=3"));
        page.locator("#compliance .pending a.button").click();
        assertThat(panel(page)).containsText("Hearsay");
        panel(page).locator("[name=reason]").fill("Nobody heard it");
        panel(page).locator("button[value=reject]").click();
        assertThat(page.locator(".notice")).containsText("has been rejected");
        assertThat(page.locator("#compliance")).containsText("Unsubscribed");
        assertThat(page.locator("#compliance .pending")).hasCount(0);
    }

    @ParameterizedTest
    @CsvSource({"approve,true", "approve,false", "reject,true"})
    void an_admin_decides_only_on_the_evidence_that_was_shown(String decision, boolean scripts) {
        var id = optedOut("Un", "Seen", "un.seen." + decision + scripts);
        request(id, "Signed form");
        awaitVersion(id, 3);
        var page = site.open(Site.Tab.of("admin").scripts(scripts));
        page.navigate(site.address("/people/" + id + "/resubscribe-approval"));
        assertThat(panel(page)).containsText("Signed form");
        panel(page).locator("[name=reason]").fill("Saw the form");
        panel(page).locator("[name=attested]").check();
        request(id, "Hearsay");
        awaitVersion(id, 4);
        panel(page).locator("button[value=" + decision + "]").click();
        assertThat(panel(page).locator("[role=alert]")).containsText("may be another one now");
        assertThat(panel(page)).containsText("Hearsay");
        assertThat(panel(page).locator("[name=attested]")).not().isChecked();
        assertThat(panel(page).locator("[name=reason]")).hasValue("Saw the form");
        assertThat(person(id).get("version").asInt()).isEqualTo(4);

        panel(page).locator("[name=attested]").check();
        panel(page).locator("button[value=" + decision + "]").click();
        assertThat(page.locator(".notice"))
                .containsText(decision.equals("approve") ? "may be e-mailed again" : "has been rejected");
    }

    @Test
    void an_attestation_does_not_apply_to_later_evidence() {
        var id = optedOut("Carried", "Over", "carried.over");
        request(id, "Signed form");
        awaitVersion(id, 3);
        var page = site.as("admin");
        page.navigate(site.address("/people/" + id + "/resubscribe-approval"));
        panel(page).locator("[name=attested]").check();
        panel(page).locator("[name=reason]").evaluate("field => field.removeAttribute('required')");
        request(id, "Hearsay");
        awaitVersion(id, 4);
        panel(page).locator("button[value=approve]").click();
        assertThat(page.locator("#e-reason")).isVisible();
        assertThat(panel(page)).containsText("may be another one now");
        assertThat(panel(page)).containsText("Hearsay");
        assertThat(panel(page).locator("[name=attested]")).not().isChecked();
    }

    private void request(String id, String givenHow) {
        site.change("POST", "/api/people/" + id + "/resubscribe-requests", """
                {"dateOfConsent":"%s","purposeOfProcessing":"Product news","givenHow":"%s"}
                """.formatted(site.today(), givenHow));
    }

    private void awaitVersion(String id, int version) {
        Api.json(200, site.api().get("operator", "/api/people/" + id + "?minVersion=" + version));
    }

    private JsonNode person(String id) {
        return Api.json(200, site.api().get("operator", "/api/people/" + id));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void an_admin_opts_a_person_out_and_lifts_it_on_new_evidence(boolean scripts) {
        var id = site.imported("Own", "Proof", "own.proof." + scripts);
        var page = site.open(Site.Tab.of("admin").scripts(scripts));
        page.navigate(site.address("/people/" + id + "?v=1"));
        choose(page, "Unsubscribe");
        panel(page).locator("button").click();
        assertThat(page.locator("#compliance")).containsText("Unsubscribed");
        choose(page, "Remove Unsubscribe");
        assertThat(panel(page).locator("button[value=reject]")).hasCount(0);
        panel(page).locator("[name=dateOfConsent]").fill(site.today());
        panel(page).locator("[name=purposeOfProcessing]").fill("Product news");
        panel(page).locator("[name=givenHow]").fill("A signed form");
        panel(page).locator("[name=reason]").fill("Saw the form");
        panel(page).locator("[name=attested]").check();
        panel(page).locator("button[value=approve]").click();
        assertThat(page.locator(".notice")).containsText("may be e-mailed again");
        assertThat(page.locator("#history")).containsText("A signed form");
    }

    @Test
    void an_auditor_reads_a_person_and_their_history_and_an_analyst_the_card_alone() {
        var id = optedOut("Read", "Only", "read.only");
        var auditor = site.as("auditor");
        auditor.navigate(site.address("/people/" + id + "?v=2"));
        assertThat(auditor.locator("#contact")).containsText("read.only@example.org");
        assertThat(auditor.locator("#compliance")).containsText("Too frequent");
        assertThat(auditor.locator("#history")).containsText("Manual");
        var analyst = site.as("analyst");
        analyst.navigate(site.address("/people/" + id + "?v=2"));
        assertThat(analyst.locator("#compliance")).containsText("Too frequent");
        assertThat(analyst.locator("body")).not().containsText("read.only");
        assertThat(analyst.locator("#history")).hasCount(0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_form_that_was_open_during_an_erasure_reports_the_erasure(boolean scripts) {
        var id = site.imported("Open", "Form", "open.form." + scripts);
        var page = site.open(Site.Tab.of("operator").scripts(scripts));
        page.navigate(site.address("/people/" + id + "?v=1"));
        page.locator("#compliance a.button").click();
        panel(page).locator("[name=authorization]").selectOption("LEGITIMATE_INTEREST");
        Api.json(200, site.api().send("admin", "DELETE", "/api/people/" + id, "{\"reason\":\"asked\"}"));
        Api.json(200, site.api().get("auditor", "/api/people/" + id + "?minVersion=2"));
        panel(page).locator("button").click();
        assertThat(panel(page).locator("h1")).hasText("This person has been erased");
        page.navigate(site.address("/people/" + id + "/contact"));
        assertThat(panel(page).locator("h1")).hasText("This person has been erased");
    }

    private String optedOut(String firstName, String lastName, String address) {
        var id = site.imported(firstName, lastName, address);
        site.change("POST", "/api/people/" + id + "/unsubscribe", "{\"reason\":\"TOO_FREQUENT\"}");
        return id;
    }

    @ParameterizedTest
    @CsvSource({"operator,true", "admin,false"})
    void contact_data_is_edited_and_a_conflict_is_shown_and_settled(String role, boolean scripts) {
        var id = site.imported("Con", "Flict", "con.flict." + scripts);
        var page = site.open(Site.Tab.of(role).scripts(scripts));
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

    /** The ledger keeps white space and line breaks, and fields of a form can't. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void unedited_contact_data_stays_unchanged(boolean scripts) {
        var id = site.register("""
                {"firstName":" Kept ","lastName":"As\\nIt Is","company":"Old Ltd","title":"  ","emails":["kept.%s@example.org"],
                 "phones":[" +49 30 1 ","+49\\r\\n30 2"],"website":"https://example.org\\n","other":"\\nFirst\\r\\nsecond\\n\\nthird ",
                 "source":{"type":"IMPORT"}}
                """.formatted(scripts));
        awaitVersion(id, 1);
        var before = person(id);
        var page = site.open(Site.Tab.of("operator").scripts(scripts));
        page.navigate(site.address("/people/" + id + "/contact"));
        page.locator("#contact form button").click();
        assertThat(page.locator(".notice")).containsText("nothing was recorded");

        page.navigate(site.address("/people/" + id + "/contact"));
        page.locator("#contact [name=company]").fill("New Ltd");
        page.locator("#contact [name=phones]").fill("+49 30 3\n+49 30 2");
        page.locator("#contact form button").click();
        assertThat(page.locator(".notice")).containsText("has been changed");
        awaitVersion(id, 2);
        var after = person(id);
        for (var field : List.of("firstName", "lastName", "title", "website", "other", "emails")) {
            assertThat(after.get(field)).as(field).isEqualTo(before.get(field));
        }
        assertThat(after.get("company").asString()).isEqualTo("New Ltd");
        assertThat(after.get("phones").valueStream().map(JsonNode::asString))
                .containsExactly("+49 30 3", "+49\r\n30 2");

        page.navigate(site.address("/people/" + id + "/contact"));
        page.locator("#contact [name=other]").fill("One\ntwo");
        page.locator("#contact form button").click();
        assertThat(page.locator(".notice")).containsText("has been changed");
        awaitVersion(id, 3);
        assertThat(person(id).get("other").asString()).isEqualTo("One\ntwo");
    }

    @ParameterizedTest
    @CsvSource({"operator,true", "auditor,false", "admin,true"})
    void an_export_is_recorded_and_downloaded(String role, boolean scripts) throws IOException {
        var id = site.imported("Ex", "Port", "ex.port." + role);
        var page = site.open(Site.Tab.of(role).scripts(scripts));
        page.navigate(site.address("/people/" + id + "?v=1"));
        var download = page.waitForDownload(() -> choose(page, "Export"));
        assertThat(download.suggestedFilename()).isEqualTo("person-" + id + ".csv");
        assertThat(Files.readString(download.path()))
                .startsWith("\uFEFFFirst Name,Last Name,Company")
                .contains("ex.port." + role + "@example.org");
        var trail = Api.json(200, site.api().get("auditor", "/api/people/" + id + "/audit-trail?minVersion=2"));
        assertThat(trail.get("entries").get(1).get("type").asString()).isEqualTo("PersonExported");
        assertThat(trail.get("entries").get(1).get("via").asString()).isEqualTo("WEB");
        assertThat(trail.get("entries").get(1).at("/actor/name").asString()).isEqualTo(role);
    }

    @ParameterizedTest
    @CsvSource({"Eré  Space,Eré Space", "Eré\\u00a0Mark\\n ,Eré Mark"})
    void a_name_is_confirmed_as_displayed_with_any_white_space(String name, String typed) {
        var id = site.imported(name, "Sure", "space." + Math.abs(typed.hashCode()));
        awaitVersion(id, 1);
        var page = site.as("admin");
        page.navigate(site.address("/people/" + id + "/erasure"));
        panel(page).locator("[name=reason]").fill("Asked for it");
        panel(page).locator("[name=confirmation]").fill(typed + " Sure");
        panel(page).locator("button").click();
        assertThat(page.locator("main h1")).hasText("Erased person");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void an_admin_erases_a_person_after_typing_the_name(boolean scripts) {
        var id = site.imported("Era", "Sure", "era.sure." + scripts);
        var page = site.open(Site.Tab.of("admin").scripts(scripts));
        page.navigate(site.address("/people/" + id + "?v=1"));
        choose(page, "Delete");
        var form = panel(page);
        form.locator("[name=reason]").fill("Asked for it");
        form.locator("[name=confirmation]").fill("Somebody Else");
        form.locator("button").click();
        assertThat(page.locator("#e-confirmation")).isVisible();
        if (scripts) {
            Looks.good(page, "erasure");
        }
        form = panel(page);
        form.locator("[name=confirmation]").fill("Era Sure");
        form.locator("button").click();
        assertThat(page.locator("main h1")).hasText("Erased person");
        assertThat(page.locator("body")).not().containsText("era.sure");
        if (scripts) {
            page.goBack();
            assertThat(page.locator("main h1")).isVisible();
            assertThat(page.locator("body")).not().containsText("era.sure");
        }
        Looks.picture(page, "erased");
    }
}
