package org.consentledger.command.person;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consentledger.kernel.provenance.Role.ADMIN;
import static org.consentledger.kernel.provenance.Role.AUDITOR;
import static org.consentledger.kernel.provenance.Role.OPERATOR;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.consentledger.kernel.provenance.Role;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

class ControllerSecurityTest {

    /** Who may do what, as the design says it. */
    private static final Map<String, Set<Role>> PERMITTED = Map.ofEntries(
            Map.entry("POST /api/people", Set.of(OPERATOR, ADMIN)),
            Map.entry("PATCH /api/people/{id}", Set.of(OPERATOR, ADMIN)),
            Map.entry("DELETE /api/people/{id}", Set.of(ADMIN)),
            Map.entry("PUT /api/people/{id}/authorization", Set.of(OPERATOR, ADMIN)),
            Map.entry("PUT /api/people/{id}/source", Set.of(OPERATOR, ADMIN)),
            Map.entry("POST /api/people/{id}/unsubscribe", Set.of(OPERATOR, ADMIN)),
            Map.entry("POST /api/unsubscribes", Set.of(OPERATOR, ADMIN)),
            Map.entry("POST /api/people/{id}/resubscribe-requests", Set.of(OPERATOR, ADMIN)),
            Map.entry("POST /api/people/{id}/resubscribe-approval", Set.of(ADMIN)),
            Map.entry("POST /api/people/{id}/resubscribe-rejection", Set.of(ADMIN)),
            Map.entry("POST /api/people/{id}/exports", Set.of(OPERATOR, ADMIN, AUDITOR)));

    private final RecordingDispatcher commands = ControllerServer.commands();

    @BeforeEach
    void reset_the_recorder() {
        commands.forget();
    }

    @Test
    void every_route_is_in_the_design() {
        assertThat(routes()).containsExactlyInAnyOrderElementsOf(PERMITTED.keySet());
    }

    @Test
    void other_roles_are_refused_before_the_body_is_read() {
        for (var route : routes()) {
            for (var role : Role.values()) {
                var answer = send(route, ControllerServer.server().issuer.token(role));
                if (PERMITTED.get(route).contains(role)) {
                    assertThat(answer).as("%s as %s", route, role).isEqualTo(400);
                } else {
                    assertThat(answer).as("%s as %s", route, role).isEqualTo(403);
                }
            }
            assertThat(send(route, ControllerServer.server().issuer.token())).isEqualTo(403);
        }
        assertThat(commands.count()).isZero();
    }

    @Test
    void no_route_accepts_an_invalid_token() {
        var issuer = ControllerServer.server().issuer;
        var bad = List.of(
                issuer.token(claims -> claims.claim("roles", List.of("admin"))
                        .expirationTime(Date.from(Instant.now().minusSeconds(600)))),
                issuer.token(claims -> claims.claim("roles", List.of("admin")).issuer("https://example.org")),
                issuer.forged(ADMIN),
                issuer.unsigned(ADMIN),
                "garbage");
        for (var route : routes()) {
            for (var token : bad) {
                assertThat(send(route, token)).as(route).isEqualTo(401);
            }
            var parts = route.split(" ", 2);
            var answer = ControllerServer.server()
                    .request(parts[0], parts[1].replace("{id}", ControllerServer.ID))
                    .json("{}")
                    .exchange();
            assertThat(answer.status()).as(route).isEqualTo(401);
        }
        assertThat(commands.count()).isZero();
    }

    @Test
    void every_route_is_described_with_its_roles_and_conditions() {
        var description = ControllerServer.server()
                .request("GET", "/v3/api-docs")
                .exchange()
                .json();

        for (var route : routes()) {
            var parts = route.split(" ", 2);
            var operation = description.path("paths").path(parts[1]).path(parts[0].toLowerCase(Locale.ROOT));
            assertThat(operation.isObject()).as(route).isTrue();
            assertThat(operation.path("x-roles").valueStream().map(role -> role.asString()))
                    .as(route)
                    .containsExactlyInAnyOrderElementsOf(
                            PERMITTED.get(route).stream().map(Role::claim).toList());
            assertThat(operation.path("summary").asString()).as(route).isNotBlank();
            assertThat(operation
                            .path("parameters")
                            .valueStream()
                            .map(parameter -> parameter.path("name").asString()))
                    .as(route)
                    .contains("Idempotency-Key", "If-Match")
                    .doesNotContain("envelope");
            assertThat(operation.at("/responses/default/content").has("application/problem+json"))
                    .as(route)
                    .isTrue();
        }
        var registration = description.at("/components/schemas/RegistrationRequest/properties");
        assertThat(registration.propertyNames())
                .contains("firstName", "emails", "salesforceId", "source")
                .doesNotContain("contact", "identifiesPerson");
        assertThat(registration.at("/firstName/maxLength").asInt()).isEqualTo(2_000);
        assertThat(description
                        .at("/paths/~1api~1people~1{id}~1source/put/parameters/0/schema/format")
                        .asString())
                .isEqualTo("uuid");
        var patch = description.at("/components/schemas/ContactDataPatchRequest/properties");
        assertThat(patch.propertyNames()).contains("firstName", "emails").doesNotContain("named", "values");
    }

    /** A body that no route accepts: 400 says that the role was good enough. */
    private static int send(String route, String token) {
        var parts = route.split(" ", 2);
        return ControllerServer.server()
                .request(parts[0], parts[1].replace("{id}", ControllerServer.ID))
                .token(token)
                .json("{\"unheardOf\":1}")
                .exchange()
                .status();
    }

    private static List<String> routes() {
        var routes = new ArrayList<String>();
        ControllerServer.server()
                .context
                .getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
                .getHandlerMethods()
                .keySet()
                .forEach(info -> info.getPatternValues().stream()
                        .filter(path -> path.startsWith("/api"))
                        .forEach(path -> info.getMethodsCondition()
                                .getMethods()
                                .forEach(method -> routes.add(method + " " + path))));
        return routes;
    }
}
