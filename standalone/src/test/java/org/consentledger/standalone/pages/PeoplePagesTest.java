package org.consentledger.standalone.pages;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.consentledger.standalone.pages.Steps.panel;

import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.options.AriaRole;
import org.consentledger.standalone.Api;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@InBrowser
class PeoplePagesTest {

    private final Site site;

    PeoplePagesTest(Site site) {
        this.site = site;
    }

    @Test
    void a_user_signs_in_sees_the_people_and_signs_out() {
        var page = site.asNobody();
        page.navigate(site.address("/people?subscription=SUBSCRIBED"));
        Looks.good(page, "sign-in");
        page.locator("input[name=username]").fill("operator");
        page.locator("input[name=password]").fill("wrong");
        page.keyboard().press("Enter");
        assertThat(page.locator("[role=alert]")).isVisible();

        site.signIn(page, "operator");
        assertThat(page.locator("table.people tbody tr")).hasCount(50);
        Looks.good(page, "people");

        page.locator(".user-menu summary").click();
        page.getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName("Sign out"))
                .click();
        assertThat(page.locator("h1")).hasText("You are signed out");
        page.navigate(site.address("/people"));
        assertThat(page.locator("input[name=username]")).isVisible();
    }

    @ParameterizedTest
    @CsvSource({"operator,true", "admin,false"})
    void a_consent_is_set_on_the_card(String role, boolean scripts) {
        var id = site.imported("Card", "Holder", "card." + scripts);
        var page = site.open(Site.Tab.of(role).scripts(scripts));
        page.navigate(site.address("/people/" + id + "?v=1"));
        assertThat(page.locator("#compliance")).containsText("No authorization");
        page.locator("#compliance a.button").click();
        var form = page.locator(scripts ? "dialog form" : "main form");
        assertThat(form.locator("[name=dateOfConsent]")).isHidden();
        form.locator("[name=authorization]").selectOption("CONSENT");
        assertThat(form.locator("[name=dateOfConsent]")).isVisible();
        form.locator("[name=dateOfConsent]").fill("2026-11-01");
        form.locator("[name=purposeOfProcessing]").fill("Product news");
        form.locator("[name=source]").selectOption("OTHER");
        form.locator("[name=sourceDescription]").fill("A trade fair");
        if (scripts) {
            Looks.good(page, "card-edit");
        }
        form.locator("button").click();

        assertThat(page.locator(".notice")).containsText("has been changed");
        assertThat(page.locator("#compliance")).containsText("Product news");
        assertThat(page.locator("#compliance")).containsText("2026-11-01");
        assertThat(page.locator("#compliance")).containsText("A trade fair");
        if (scripts) {
            Looks.good(page, "person");
        }
    }

    /** The ledger keeps white space and line breaks, and fields of a form can't. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void the_unedited_half_of_a_card_stays_unchanged(boolean scripts) {
        var id = site.register("""
                {"firstName":"Half","lastName":"Card","emails":["half.card.%s@example.org"],
                 "source":{"type":"OTHER","description":"A fair\\r\\n"},
                 "authorization":{"type":"CONSENT","dateOfConsent":"2026-10-01","purposeOfProcessing":" Product news\\nand offers"}}
                """.formatted(scripts));
        var page = site.open(Site.Tab.of("operator").scripts(scripts));
        page.navigate(site.address("/people/" + id + "?v=2"));
        page.navigate(site.address("/people/" + id + "/card"));
        assertThat(panel(page).locator("[name=purposeOfProcessing]")).hasValue("Product news and offers");
        panel(page).locator("button").click();
        assertThat(page.locator(".notice")).containsText("nothing was recorded");

        page.navigate(site.address("/people/" + id + "/card"));
        panel(page).locator("[name=sourceDescription]").fill("Another fair");
        panel(page).locator("button").click();
        assertThat(page.locator(".notice")).containsText("has been changed");
        assertThat(kept(id, 3).at("/authorization/purposeOfProcessing").asString())
                .isEqualTo(" Product news\nand offers");

        page.navigate(site.address("/people/" + id + "/card"));
        panel(page).locator("[name=dateOfConsent]").fill("2026-10-02");
        panel(page).locator("button").click();
        assertThat(page.locator(".notice")).containsText("has been changed");
        assertThat(kept(id, 4).at("/authorization/purposeOfProcessing").asString())
                .isEqualTo(" Product news\nand offers");
        assertThat(kept(id, 4).at("/authorization/dateOfConsent").asString()).isEqualTo("2026-10-02");
    }

    /** A person at the expected version, and at no later one. */
    private JsonNode kept(String id, int version) {
        var person = Api.json(200, site.api().get("operator", "/api/people/" + id + "?minVersion=" + version));
        assertThat(person.get("version").asInt()).isEqualTo(version);
        return person;
    }

    /** The text is no duty: what the basis is may be a secret of its own. */
    @ParameterizedTest
    @CsvSource({"admin,true", "operator,false"})
    void another_legal_basis_is_set_on_the_card_with_and_then_without_a_description(String role, boolean scripts) {
        var id = site.imported("Other", "Basis", "other.basis." + scripts);
        var page = site.open(Site.Tab.of(role).scripts(scripts));
        page.navigate(site.address("/people/" + id + "?v=1"));
        page.locator("#compliance a.button").click();
        assertThat(panel(page).locator("[name=authorizationDescription]")).isHidden();
        panel(page).locator("[name=authorization]").selectOption("OTHER");
        assertThat(panel(page).locator("[name=dateOfConsent]")).isHidden();
        panel(page).locator("[name=authorizationDescription]").fill("An old agreement");
        panel(page).locator("button").click();
        assertThat(page.locator("#compliance")).containsText("An old agreement");
        assertThat(page.locator("#compliance")).containsText("No GDPR article");

        page.locator("#compliance a.button").click();
        assertThat(panel(page).locator("[name=authorizationDescription]")).hasValue("An old agreement");
        panel(page).locator("[name=authorizationDescription]").fill("");
        panel(page).locator("button").click();
        assertThat(page.locator(".notice")).containsText("has been changed");
        assertThat(page.locator("#compliance")).not().containsText("An old agreement");
        page.locator("#compliance a.button").click();
        panel(page).locator("[name=authorizationDescription]").evaluate("field => field.removeAttribute('maxlength')");
        panel(page).locator("[name=authorizationDescription]").fill("x".repeat(501));
        panel(page).locator("button").click();
        assertThat(panel(page).locator("#e-authorizationDescription")).isVisible();
    }
}
