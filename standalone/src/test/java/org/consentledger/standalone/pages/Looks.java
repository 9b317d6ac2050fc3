package org.consentledger.standalone.pages;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.args.AxeRunOptions;
import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Page;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** What every page has to be like, however it got there. */
final class Looks {

    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static final Set<String> BAD = Set.of("serious", "critical");

    private Looks() {}

    /**
     * In a tab that runs scripts: looks for what shuts people out and for what runs over the edge. Keeps a picture
     * where they are asked for.
     */
    static void good(Page page, String name) {
        picture(page, name);
        fits(page);
        accessible(page);
    }

    /** As {@link #good}, of what the dialog shows. */
    static void goodDialog(Page page, String name) {
        assertThat(page.locator("dialog").isVisible()).as(name).isTrue();
        picture(page, name);
        fits(page);
        accessible(page, axe(page).include("dialog"));
    }

    /** Writes pictures of the pages for a developer; no test calls it. */
    static void picture(Page page, String name) {
        if (Boolean.getBoolean("ledger.screenshots")) {
            page.screenshot(new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve(name + ".png")));
        }
    }

    static void fits(Page page) {
        var widths = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]");
        assertThat(widths)
                .isInstanceOfSatisfying(
                        List.class,
                        both -> assertThat(((Number) both.get(0)).intValue())
                                .as("no part of %s runs over the edge", page.url())
                                .isLessThanOrEqualTo(((Number) both.get(1)).intValue()));
    }

    static void accessible(Page page) {
        accessible(page, axe(page));
    }

    /**
     * In the mode for pages without frames, which needs no page of its own to gather what it found, and without a list
     * of all that is well, which takes longer than to find out.
     */
    @SuppressWarnings("deprecation") // said of pages with frames
    private static AxeBuilder axe(Page page) {
        var options = new AxeRunOptions();
        options.setResultTypes(List.of("violations"));
        return new AxeBuilder(page)
                .options(options)
                .withTags(List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"))
                .setLegacyMode(true);
    }

    private static void accessible(Page page, AxeBuilder axe) {
        var violations = axe.analyze().getViolations().stream()
                .filter(rule -> BAD.contains(rule.getImpact()))
                .map(rule -> rule.getId() + ": " + rule.getNodes().getFirst().getHtml() + " "
                        + rule.getNodes().getFirst().getFailureSummary())
                .toList();
        assertThat(violations).as("what axe finds on %s", page.url()).isEmpty();
    }
}
