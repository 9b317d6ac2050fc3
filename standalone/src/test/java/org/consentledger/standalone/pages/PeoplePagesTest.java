package org.consentledger.standalone.pages;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.options.AriaRole;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Site.Resolver.class)
@Timeout(60)
class PeoplePagesTest {

    private static Site site;

    @BeforeAll
    static void start(Site started) {
        site = started;
    }

    @AfterEach
    void tidy() {
        site.tidy();
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
    @ValueSource(booleans = {true, false})
    void an_operator_states_a_consent_on_the_card(boolean scripts) {
        var id = site.register("""
                {"firstName":"Card","lastName":"Holder","emails":["card.%s@example.org"],"source":{"type":"IMPORT"}}
                """.formatted(scripts));
        var page = site.open(Site.Tab.of("operator").scripts(scripts));
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
}
