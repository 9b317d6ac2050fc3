package org.consentledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.consentledger.standalone.Side.Program.COMMAND_SIDE;
import static org.consentledger.standalone.Side.Program.QUERY_SIDE;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Both sides as programs of their own, which know of each other nothing but the same environment: the jars that are
 * shipped, where the build has packed them, given what docker-compose.yml gives them.
 */
class TwoSidesTest {

    @TempDir
    Path data;

    @Test
    void the_query_side_shows_recorded_changes_also_after_both_sides_were_killed() {
        try (var stores = new SharedStores(data)) {
            String person;
            try (var commands = stores.start(COMMAND_SIDE);
                    var queries = stores.start(QUERY_SIDE)) {
                var registered = Api.json(201, commands.api().send("operator", "POST", "/api/people", """
                        {"firstName":"Ada","lastName":"Nowak","emails":["ada@example.org"],
                         "source":{"type":"MANUAL_UPLOAD"}}"""));
                person = registered.get("personId").asString();
                Api.json(200, commands.api().send("operator", "POST", "/api/unsubscribes", """
                        {"email":"ada@example.org","reason":"TOO_FREQUENT"}"""));
                var card = Api.json(
                        200, queries.api().get("operator", "/api/people/" + person + "/compliance-card?minVersion=2"));
                assertThat(card.get("subscription").get("status").asString()).isEqualTo("UNSUBSCRIBED");

                assertThat(queries.api()
                                .send("operator", "POST", "/api/people", "{}")
                                .statusCode())
                        .as("the query side takes no commands")
                        .isIn(403, 404, 405);
                assertThat(commands.api()
                                .get("operator", "/api/people/" + person)
                                .statusCode())
                        .as("the command side answers no questions")
                        .isIn(403, 404, 405);
                commands.process().kill();
                queries.process().kill();
            }
            // The jars have proved that they start; the classes start in half the time
            try (var commands = stores.start(COMMAND_SIDE, List.of());
                    var queries = stores.start(QUERY_SIDE, List.of())) {
                Api.json(
                        200, commands.api().send("admin", "DELETE", "/api/people/" + person, "{\"reason\":\"asked\"}"));
                await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                    var shown = Api.json(200, queries.api().get("auditor", "/api/people/" + person + "?minVersion=3"));
                    assertThat(shown.get("erased").asBoolean()).isTrue();
                    assertThat(shown.toString()).doesNotContain("ada@example.org");
                });
                var trail = Api.json(200, queries.api().get("auditor", "/api/people/" + person + "/audit-trail"));
                assertThat(trail.get("entries").findValuesAsString("type"))
                        .containsExactlyInAnyOrder("PersonRegistered", "Unsubscribed", "PersonErased");
                for (var side : List.of(commands, queries)) {
                    assertThat(side.process().log()).doesNotContain(" ERROR ").doesNotContain("ada@example.org");
                }
            }
        }
    }

    @Test
    void neither_side_starts_without_its_environment() {
        for (var program : List.of(COMMAND_SIDE, QUERY_SIDE)) {
            try (var process = program.startClasses(Map.of("SERVER_PORT", "0"), List.of())) {
                assertThat(process.exitCode()).as(program.name()).isEqualTo(1);
            }
        }
    }
}
