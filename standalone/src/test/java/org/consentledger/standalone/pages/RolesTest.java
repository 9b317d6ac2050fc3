package org.consentledger.standalone.pages;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.FormData;
import com.microsoft.playwright.options.RequestOptions;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.consentledger.standalone.Api;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.server.PathContainer;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.util.pattern.PathPatternParser;

/** What each role is offered, and that the rest is refused to it however it is asked for. */
@InBrowser
class RolesTest {

    private static final Set<String> ALL_ROLES = Set.of("operator", "admin", "auditor", "analyst");
    private static final Set<String> NOBODY = Set.of();
    private static final Set<String> OPERATORS = Set.of("operator", "admin");
    private static final Set<String> ADMIN = Set.of("admin");
    private static final Set<String> AUDITOR = Set.of("auditor");
    private static final Set<String> ANALYST = Set.of("analyst");
    private static final Set<String> EXPORTERS = Set.of("operator", "admin", "auditor");

    /** A way into the pages. {@code {id}} is a person, {@code {uuid}} is nothing that there is. */
    /** @param status the answer to the roles that may, to a request without fields */
    private record Route(String method, String path, Set<String> whoMay, int status) {}

    private static final List<Route> ROUTES = List.of(
            new Route("GET", "/", ALL_ROLES, 200),
            new Route("GET", "/people", ALL_ROLES, 200),
            new Route("POST", "/people/search", ALL_ROLES, 200),
            new Route("GET", "/people/new", OPERATORS, 200),
            new Route("POST", "/people", OPERATORS, 400),
            new Route("POST", "/people/sample-people", OPERATORS, 400),
            new Route("POST", "/people/bulk/authorization/confirm", OPERATORS, 200),
            new Route("POST", "/people/bulk/source/confirm", OPERATORS, 200),
            new Route("POST", "/people/bulk/unsubscribe/confirm", OPERATORS, 200),
            new Route("POST", "/people/bulk/erasure/confirm", ADMIN, 200),
            new Route("POST", "/people/bulk/authorization/start", OPERATORS, 400),
            new Route("POST", "/people/bulk/source/start", OPERATORS, 400),
            new Route("POST", "/people/bulk/unsubscribe/start", OPERATORS, 400),
            new Route("POST", "/people/bulk/erasure/start", ADMIN, 400),
            new Route("GET", "/people/{id}", ALL_ROLES, 200),
            new Route("GET", "/people/{id}/contact", OPERATORS, 200),
            new Route("POST", "/people/{id}/contact", OPERATORS, 400),
            new Route("GET", "/people/{id}/card", OPERATORS, 200),
            new Route("POST", "/people/{id}/card", OPERATORS, 400),
            new Route("POST", "/people/{id}/exports", EXPORTERS, 400),
            new Route("GET", "/people/{id}/exports/{uuid}", EXPORTERS, 404),
            new Route("GET", "/people/{id}/unsubscribe", OPERATORS, 200),
            new Route("POST", "/people/{id}/unsubscribe", OPERATORS, 400),
            new Route("GET", "/people/{id}/resubscribe-request", OPERATORS, 200),
            new Route("POST", "/people/{id}/resubscribe-request", OPERATORS, 400),
            new Route("GET", "/people/{id}/resubscribe-approval", ADMIN, 200),
            new Route("POST", "/people/{id}/resubscribe-approval", ADMIN, 400),
            new Route("GET", "/people/{id}/erasure", ADMIN, 200),
            new Route("POST", "/people/{id}/erasure", ADMIN, 400),
            new Route("GET", "/people/{id}/audit", AUDITOR, 200),
            new Route("GET", "/audit", AUDITOR, 200),
            new Route("GET", "/resubscribe-requests", OPERATORS, 200),
            new Route("GET", "/imports", OPERATORS, 200),
            new Route("POST", "/imports/preview", OPERATORS, 400),
            new Route("GET", "/imports/preview/{uuid}", OPERATORS, 200),
            new Route("POST", "/imports", OPERATORS, 400),
            new Route("GET", "/jobs", OPERATORS, 200),
            new Route("GET", "/jobs/bulk/{uuid}", OPERATORS, 404),
            new Route("GET", "/jobs/import/{uuid}", OPERATORS, 404),
            new Route("POST", "/jobs/bulk/{uuid}/cancel", OPERATORS, 404),
            new Route("GET", "/jobs/import/{uuid}/failures", OPERATORS, 404),
            new Route("GET", "/reports", ANALYST, 200),
            new Route("GET", "/reports/people-by-source.csv", ANALYST, 200),
            new Route("POST", "/preferences", ALL_ROLES, 200),
            new Route("GET", "/signed-out", ALL_ROLES, 200),
            new Route("GET", "/no-such-page", ALL_ROLES, 404),
            new Route("GET", "/no-permission", NOBODY, 403));

    private static String subscribed;
    private static String optedOut;
    private static String erased;

    private final Site site;

    RolesTest(Site site) {
        this.site = site;
    }

    @BeforeAll
    static void register(Site site) {
        subscribed = person(site, "stays");
        optedOut = person(site, "leaves");
        site.change("POST", "/api/people/" + optedOut + "/unsubscribe", "{}");
        site.change("POST", "/api/people/" + optedOut + "/resubscribe-requests", """
                {"dateOfConsent":"%s","purposeOfProcessing":"Product news","givenHow":"Phone call"}
                """.formatted(site.today()));
        erased = person(site, "erased");
        Api.json(200, site.api().send("admin", "DELETE", "/api/people/" + erased, "{\"reason\":\"asked\"}"));
        Api.json(200, site.api().get("operator", "/api/people/" + optedOut + "?minVersion=3"));
        Api.json(200, site.api().get("operator", "/api/people/" + erased + "?minVersion=2"));
    }

    private static String person(Site site, String name) {
        return site.imported("Role", name, "role." + name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"operator", "admin", "auditor", "analyst"})
    void a_forbidden_action_is_refused_with_a_message_and_nothing_is_recorded(String role) {
        var page = site.as(role);
        page.navigate(site.address("/people"));
        var csrf = page.locator("input[name=_csrf]").first().inputValue();
        var all = new SoftAssertions();
        for (var route : ROUTES) {
            var address = site.address(route.path()
                    .replace("{id}", subscribed)
                    .replace("{uuid}", UUID.randomUUID().toString()));
            // Without the key that a form bears, so that nothing is done where it is open
            var answer = route.method().equals("GET")
                    ? page.context().request().get(address)
                    : page.context()
                            .request()
                            .post(
                                    address,
                                    RequestOptions.create()
                                            .setForm(FormData.create().set("_csrf", csrf)));
            var name = route.method() + " " + route.path() + " by " + role;
            if (route.whoMay().contains(role)) {
                all.assertThat(answer.status()).as(name).isEqualTo(route.status());
            } else {
                all.assertThat(answer.status()).as(name).isEqualTo(403);
                all.assertThat(answer.text().contains("This is not open to you"))
                        .as(name + " is told so")
                        .isTrue();
            }
        }
        all.assertAll();
        assertThat(Api.json(200, site.api().get("operator", "/api/people/" + subscribed))
                        .get("version")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void the_table_of_routes_is_complete() {
        var missing = new TreeSet<String>();
        for (var route : routesOfTheControllers().toList()) {
            var pattern = PathPatternParser.defaultInstance.parse(route.path());
            if (ROUTES.stream()
                    .noneMatch(listed -> (route.method().equals("ANY")
                                    || listed.method().equals(route.method()))
                            && pattern.matches(PathContainer.parsePath(
                                    listed.path().replace("{id}", subscribed).replace("{uuid}", erased))))) {
                missing.add(route.method() + " " + route.path());
            }
        }
        assertThat(missing).isEmpty();
    }

    private static Stream<Route> routesOfTheControllers() {
        return new ClassFileImporter()
                .importPackages("org.consentledger.web").stream()
                        .map(JavaClass::reflect)
                        .filter(type -> AnnotatedElementUtils.hasAnnotation(type, Controller.class))
                        .flatMap(type -> Arrays.stream(type.getDeclaredMethods())
                                .flatMap(method -> {
                                    var own = AnnotatedElementUtils.findMergedAnnotation(method, RequestMapping.class);
                                    var above = AnnotatedElementUtils.findMergedAnnotation(type, RequestMapping.class);
                                    return own == null
                                            ? Stream.empty()
                                            : Stream.of(new Route(
                                                    Arrays.stream(own.method())
                                                            .map(RequestMethod::name)
                                                            .findFirst()
                                                            .orElse("ANY"),
                                                    path(above) + path(own),
                                                    NOBODY,
                                                    403));
                                }));
    }

    private static String path(RequestMapping mapping) {
        return mapping == null ? "" : String.join("", mapping.path());
    }

    /** Everything that can be pressed: each section, button and menu item, in the order of the page. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            operator | People, Resubscribe requests, Imports, Jobs | Import, Add person, Show, Authorization, Source, Unsubscribe, Next page
            admin    | People, Resubscribe requests, Imports, Jobs | Import, Add person, Show, Authorization, Source, Unsubscribe, Delete, Next page
            auditor  | People, Audit                               | Show, Next page
            analyst  | People, Reports                             | Show, Next page
            """)
    void each_role_is_offered_its_sections_and_its_actions_on_the_list(String role, String sections, String actions) {
        var page = site.as(role);
        page.navigate(site.address("/people"));
        assertThat(texts(page, "nav.sections a")).isEqualTo(sections);
        assertThat(texts(page, "main .button, main .menu-item")).isEqualTo(actions);
        assertThat(page.locator("input[name=ids]").count()).isEqualTo(OPERATORS.contains(role) ? 50 : 0);
        for (var section : page.locator("nav.sections a").all()) {
            var answer = page.context().request().get(site.address(section.getAttribute("href")));
            assertThat(answer.status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            operator | Export, Unsubscribe, Edit, Edit         | Export, Remove Unsubscribe, Edit, Edit                 | ''
            admin    | Export, Unsubscribe, Delete, Edit, Edit | Export, Remove Unsubscribe, Delete, Edit, Edit, Decide | ''
            auditor  | Audit trail, Export                     | Audit trail, Export                                    | Audit trail
            analyst  | ''                                      | ''                                                     | ''
            """)
    void each_role_is_offered_its_actions_on_a_person(String role, String in, String out, String gone) {
        var page = site.as(role);
        for (var person : List.of(List.of(subscribed, in), List.of(optedOut, out), List.of(erased, gone))) {
            page.navigate(site.address("/people/" + person.getFirst()));
            assertThat(texts(page, "main .button, main .menu-item")).isEqualTo(person.getLast());
        }
    }

    @Test
    void the_queue_shows_requests_to_operators_and_lets_admins_decide() {
        for (var role : OPERATORS) {
            var page = site.as(role);
            page.navigate(site.address("/resubscribe-requests"));
            var row = page.locator("table.rows tbody tr", Steps.named("Role leaves"));
            assertThat(row.innerText()).contains("Phone call");
            assertThat(row.locator(".button").count()).isEqualTo(role.equals("admin") ? 1 : 0);
        }
    }

    private static String texts(Page page, String selector) {
        return page.locator(selector).allTextContents().stream()
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(", "));
    }
}
