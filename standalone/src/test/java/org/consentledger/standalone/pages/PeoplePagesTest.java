package org.consentledger.standalone.pages;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.consentledger.standalone.pages.Steps.panel;

import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.options.AriaRole;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@InBrowser
class PeoplePagesTest {

    private final Site site;

    PeoplePagesTest(Site site) {
        this.site = site;
    }

    @Test
    void somebody_signs_in_sees_the_people_and_signs_out() {
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
    void a_consent_is_stated_on_the_card(String role, boolean scripts) {
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

    /** The text is no duty: what the basis is may be a secret of its own. */
    @ParameterizedTest
    @CsvSource({"admin,true", "operator,false"})
    void another_basis_is_stated_on_the_card_in_words_and_then_without(String role, boolean scripts) {
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
