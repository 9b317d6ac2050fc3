package org.consentledger.standalone.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.consentledger.standalone.Api;
import org.consentledger.standalone.LedgerProcess;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;

/** The program and a browser, started once for all tests of the pages. */
final class Site implements AutoCloseable {

    /**
     * Enough for many pages of a list, and for fifty of each first name. The full dose is a contact list of usual size.
     */
    static final int PEOPLE = Boolean.getBoolean("ledger.tests.full") ? 5_000 : 2_000;

    /** The digit before the comma in the number of people. */
    static final int THOUSANDS = PEOPLE / 1_000;

    private static final Path CHROMIUM = Path.of(System.getProperty("ledger.chromium", "/usr/bin/chromium"));

    /** Gives tests the site, and tidies it after each. */
    static final class Given implements ParameterResolver, AfterEachCallback {

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Site.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return site(context);
        }

        @Override
        public void afterEach(ExtensionContext context) {
            site(context).tidy();
        }

        private static Site site(ExtensionContext context) {
            return context.getRoot()
                    .getStore(ExtensionContext.Namespace.create(Site.class))
                    .computeIfAbsent(Site.class, type -> new Site(), Site.class);
        }
    }

    private final Path data;
    private final LedgerProcess ledger;
    private final Playwright playwright;
    private final Browser browser;
    private final Map<String, String> signedIn = new HashMap<>();
    private final List<BrowserContext> open = new ArrayList<>();

    private Site() {
        // A wait that ends well costs nothing, and the machine may be busy
        PlaywrightAssertions.setDefaultAssertionTimeout(20_000);
        try {
            data = Files.createTempDirectory("ledger-pages");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ledger = LedgerProcess.start(data);
        importPeople();
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(CHROMIUM)
                        .setArgs(List.of("--no-sandbox", "--disable-gpu", "--font-render-hinting=none")));
    }

    Api api() {
        return ledger.api();
    }

    String address(String path) {
        return ledger.api().uri(path).toString();
    }

    /** The day in the ledger's zone, as a date field takes it. */
    String today() {
        return LocalDate.now(ZoneOffset.UTC).toString();
    }

    /** What a tab is to be like. */
    static final class Tab {
        private String role = "";
        private boolean scripts = true;
        private String locale = "en-GB";
        private int width = 1280;
        private int height = 900;

        private Tab() {}

        static Tab of(String role) {
            var tab = new Tab();
            tab.role = role;
            return tab;
        }

        Tab withoutScripts() {
            scripts = false;
            return this;
        }

        Tab scripts(boolean on) {
            scripts = on;
            return this;
        }

        Tab locale(String tag) {
            locale = tag;
            return this;
        }

        Tab size(int width, int height) {
            this.width = width;
            this.height = height;
            return this;
        }
    }

    /** A fresh browser tab with a signed-in user of that role. */
    Page as(String role) {
        return open(Tab.of(role));
    }

    Page open(Tab tab) {
        var options = new Browser.NewContextOptions()
                .setJavaScriptEnabled(tab.scripts)
                .setLocale(tab.locale)
                .setViewportSize(tab.width, tab.height)
                .setAcceptDownloads(true);
        if (!tab.role.isEmpty()) {
            options.setStorageState(signedIn.computeIfAbsent(tab.role, this::signIn));
        }
        var context = browser.newContext(options);
        context.setDefaultTimeout(30_000);
        open.add(context);
        return context.newPage();
    }

    /** A tab without a signed-in user. */
    Page asNobody() {
        return open(Tab.of(""));
    }

    private String signIn(String role) {
        try (var context = browser.newContext()) {
            var page = context.newPage();
            signIn(page, role);
            return context.storageState();
        }
    }

    void signIn(Page page, String role) {
        signIn(page, ledger, role);
    }

    /** A fresh browser tab with a user of that role who has signed in at another ledger. */
    Page at(LedgerProcess other, String role) {
        var page = asNobody();
        signIn(page, other, role);
        return page;
    }

    private static void signIn(Page page, LedgerProcess ledger, String role) {
        page.navigate(ledger.api().uri("/").toString());
        page.locator("input[name=username]").fill(role);
        page.locator("input[name=password]").fill(ledger.password(role));
        page.locator("main button[type=submit]").click();
        page.waitForURL(ledger.api().uri("/people").toString());
    }

    private void tidy() {
        open.forEach(BrowserContext::close);
        open.clear();
    }

    /** Registers a person by the API. */
    String register(String json) {
        return Api.json(201, api().send("operator", "POST", "/api/people", json))
                .get("personId")
                .asString();
    }

    /**
     * Registers a person with little contact data.
     *
     * @param address what stands before the @
     */
    String imported(String firstName, String lastName, String address) {
        return register("""
                {"firstName":"%s","lastName":"%s","emails":["%s@example.org"],"source":{"type":"IMPORT"}}
                """.formatted(firstName, lastName, address));
    }

    /** Sends a command by the API. */
    void change(String method, String path, String json) {
        Api.json(200, api().send("operator", method, path, json));
    }

    /** Waits until the people's list shows a person. */
    void awaitListed(String email) {
        await().atMost(Duration.ofSeconds(20)).until(() -> !people(email).isEmpty());
    }

    private JsonNode people(String words) {
        return Api.json(200, api().get("operator", "/api/people?q=" + words)).get("people");
    }

    private void importPeople() {
        var csv = new StringBuilder("First Name,Last Name,Company,Title,Email,Phone\r\n");
        for (var number = 0; number < PEOPLE; number++) {
            csv.append(InventedPeople.row(number)).append("\r\n");
        }
        var boundary = "people";
        var body = "--people\r\nContent-Disposition: form-data; name=\"file\"; filename=\"people.csv\"\r\n"
                + "Content-Type: text/csv\r\n\r\n" + csv + "\r\n--people\r\n"
                + "Content-Disposition: form-data; name=\"authorization\"\r\n\r\n"
                + "{\"type\":\"LEGITIMATE_INTEREST\"}\r\n--people--\r\n";
        var started = Api.json(
                202,
                api().send(api().authorized("operator", "/api/imports")
                        .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                        .POST(BodyPublishers.ofString(body))));
        var job = "/api/imports/" + started.get("id").asString();
        await().atMost(Duration.ofMinutes(2))
                .until(() -> Api.json(200, api().get("operator", job))
                        .get("status")
                        .asString()
                        .equals("COMPLETED"));
        assertThat(Api.json(200, api().get("operator", job)).get("changed").asInt())
                .isEqualTo(PEOPLE);
        awaitListed(InventedPeople.email(PEOPLE - 1));
    }

    @Override
    public void close() {
        tidy();
        browser.close();
        playwright.close();
        ledger.close();
        FileSystemUtils.deleteRecursively(data.toFile());
    }
}
