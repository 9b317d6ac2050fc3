package org.consentledger.standalone.pages;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;

/** The steps of a user that many tests share, with scripts or without. */
final class Steps {

    /** For what a job takes its time for. */
    static final ContainsTextOptions SLOWLY = new ContainsTextOptions().setTimeout(60_000);

    private Steps() {}

    /** Opens the three-dot menu of a list or a person, and takes one of its actions. */
    static void choose(Page page, String action) {
        page.locator("main .menu summary").click();
        page.locator("main .menu-item", named(action)).first().click();
    }

    /** The form that an action opened: in the dialog where scripts run, else on a page of its own. */
    static Locator panel(Page page) {
        return page.locator("dialog .panel, main .panel");
    }

    /** Narrows the list of people to those who match some words. */
    static void search(Page page, String words) {
        startSearch(page, words);
        // What is clicked next must not be a row of the list as it was before
        assertThat(page.locator(".count")).containsText("“" + words + "”");
    }

    /** {@link #search} without waiting for its results. */
    static void startSearch(Page page, String words) {
        page.locator("#q").fill(words);
        page.locator("form[role=search] button").click();
    }

    static Page.LocatorOptions named(String text) {
        return new Page.LocatorOptions().setHasText(text);
    }
}
