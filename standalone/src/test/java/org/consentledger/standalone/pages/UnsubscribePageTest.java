package org.consentledger.standalone.pages;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import java.net.URI;
import org.consentledger.standalone.Api;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page behind the link in a mail, as its reader sees and uses it. */
@InBrowser
class UnsubscribePageTest {

    private final Site site;

    UnsubscribePageTest(Site site) {
        this.site = site;
    }

    @ParameterizedTest
    @CsvSource({"true, with", "false, without"})
    void a_reader_opts_out_by_the_link_in_their_language_with_a_reason(boolean scripts, String name) {
        var id = site.imported("Leser", name, "leser." + name);
        var link = Api.json(200, site.api().send("operator", "POST", "/api/people/" + id + "/unsubscribe-link", "{}"))
                .get("url")
                .asString();
        var reader = site.open(Site.Tab.of("").locale("de-DE").scripts(scripts));

        reader.navigate(site.address(URI.create(link).getPath()));
        assertThat(reader.locator("html")).hasAttribute("lang", "de");
        assertThat(reader.locator("h1")).hasText("Unsere E‑Mails abbestellen");
        reader.locator("nav a[hreflang=fr]").click();
        assertThat(reader.locator("html")).hasAttribute("lang", "fr");
        reader.locator("input[name=reason][value=TOO_FREQUENT]").check();
        reader.locator("textarea").fill("Trop, c'est trop");
        reader.locator("button[type=submit]").click();

        assertThat(reader.locator("[role=status]")).isVisible();
        assertThat(reader.locator("html")).hasAttribute("lang", "fr");
        assertThat(reader.locator("form")).hasCount(0);
        var operator = site.as("operator");
        operator.navigate(site.address("/people/" + id + "?v=2"));
        assertThat(operator.locator("#compliance")).containsText("Unsubscribed");
        assertThat(operator.locator("#history")).containsText("Clicked Link");
        assertThat(operator.locator("#history")).containsText("Trop, c'est trop");
    }
}
