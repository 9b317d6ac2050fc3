package org.consentledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.consentledger.command.CommandSideApplication;
import org.consentledger.query.QuerySideApplication;
import org.consentledger.standalone.postgres.PostgresServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Both sides as programs of their own, which know of each other nothing but the same environment: the jars that are
 * shipped, where the build has packed them, given what docker-compose.yml gives them.
 */
class TwoSidesTest {

    private static final Program COMMAND_SIDE = new Program("command-side", CommandSideApplication.class);
    private static final Program QUERY_SIDE = new Program("query-side", QuerySideApplication.class);

    private static final String KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

    @TempDir
    Path data;

    @Test
    void what_one_side_records_the_other_side_shows_also_after_both_were_killed() {
        try (var postgres =
                        PostgresServer.start(data.resolve("postgres"), LedgerProcess.PROGRAMS, "only-for-tests", 0);
                var mongo = new EmbeddedMongo();
                var issuer = new TestIssuer()) {
            var environment = Map.of(
                    "LEDGER_POSTGRES_URL", postgres.jdbcUrl(),
                    "LEDGER_POSTGRES_USER", postgres.username(),
                    "LEDGER_POSTGRES_PASSWORD", postgres.password(),
                    "LEDGER_MONGODB_URI", mongo.uri(),
                    "LEDGER_ISSUER_URI", issuer.uri(),
                    "LEDGER_KEY_ENCRYPTION_KEY", KEY,
                    "LEDGER_LINK_KEYS", KEY,
                    "LEDGER_PUBLIC_URL", "https://ledger.example.org",
                    "LEDGER_LOOKUP_SECRET", KEY);
            String person;
            try (var commands = new Side(COMMAND_SIDE, environment, issuer);
                    var queries = new Side(QUERY_SIDE, environment, issuer)) {
                var registered = Api.json(201, commands.api.send("operator", "POST", "/api/people", """
                        {"firstName":"Ada","lastName":"Nowak","emails":["ada@example.org"],
                         "source":{"type":"MANUAL_UPLOAD"}}"""));
                person = registered.get("personId").asString();
                Api.json(200, commands.api.send("operator", "POST", "/api/unsubscribes", """
                        {"email":"ada@example.org","reason":"TOO_FREQUENT"}"""));
                var card = Api.json(
                        200, queries.api.get("operator", "/api/people/" + person + "/compliance-card?minVersion=2"));
                assertThat(card.get("subscription").get("status").asString()).isEqualTo("UNSUBSCRIBED");

                assertThat(queries.api
                                .send("operator", "POST", "/api/people", "{}")
                                .statusCode())
                        .as("the query side takes no commands")
                        .isIn(403, 404, 405);
                assertThat(commands.api.get("operator", "/api/people/" + person).statusCode())
                        .as("the command side answers no questions")
                        .isIn(403, 404, 405);
                commands.process.kill();
                queries.process.kill();
            }
            try (var commands = new Side(COMMAND_SIDE, environment, issuer);
                    var queries = new Side(QUERY_SIDE, environment, issuer)) {
                Api.json(200, commands.api.send("admin", "DELETE", "/api/people/" + person, "{\"reason\":\"asked\"}"));
                await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                    var shown = Api.json(200, queries.api.get("auditor", "/api/people/" + person + "?minVersion=3"));
                    assertThat(shown.get("erased").asBoolean()).isTrue();
                    assertThat(shown.toString()).doesNotContain("ada@example.org");
                });
                var trail = Api.json(200, queries.api.get("auditor", "/api/people/" + person + "/audit-trail"));
                assertThat(trail.get("entries").findValuesAsString("type"))
                        .containsExactlyInAnyOrder("PersonRegistered", "Unsubscribed", "PersonErased");
                for (var side : List.of(commands, queries)) {
                    assertThat(side.process.log()).doesNotContain(" ERROR ").doesNotContain("ada@example.org");
                }
            }
        }
    }

    @Test
    void neither_side_starts_without_its_environment() {
        for (var program : List.of(COMMAND_SIDE, QUERY_SIDE)) {
            try (var process = program.start(Map.of("SERVER_PORT", "0"))) {
                assertThat(process.exitCode()).as(program.module()).isEqualTo(1);
            }
        }
    }

    /** What is started for a side. */
    private record Program(String module, Class<?> mainClass) {

        JavaProcess start(Map<String, String> environment) {
            var jar = new ComposeFile().jar(module);
            return isUpToDate(jar)
                    ? JavaProcess.launch(jar, environment)
                    : JavaProcess.launch(mainClass, environment, List.of());
        }

        /** A build that stops before it packs leaves an older jar lying there. */
        private boolean isUpToDate(Path jar) {
            return Files.exists(jar)
                    && Stream.of("shared-kernel", "foundation", module)
                            .flatMap(part -> classesOf(part).stream())
                            .noneMatch(file -> modifiedAt(file).compareTo(modifiedAt(jar)) > 0);
        }

        private static List<Path> classesOf(String module) {
            try (var files = Files.walk(ComposeFile.ROOT.resolve(module).resolve("target/classes"))) {
                return files.filter(Files::isRegularFile).toList();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static FileTime modifiedAt(Path file) {
            try {
                return Files.getLastModifiedTime(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** One side's process and its API. */
    private static final class Side implements AutoCloseable {

        final JavaProcess process;
        final Api api;

        Side(Program program, Map<String, String> environment, TestIssuer issuer) {
            var port = JavaProcess.freePort();
            var all = new HashMap<>(environment);
            all.put("SERVER_ADDRESS", "127.0.0.1");
            all.put("SERVER_PORT", Integer.toString(port));
            assertThat(all.keySet())
                    .isEqualTo(new ComposeFile().environment(program.module()).keySet());
            process = program.start(all);
            api = new Api(port, issuer::token);
            try {
                api.awaitReady(process);
            } catch (RuntimeException | Error e) {
                close();
                throw new AssertionError(process.log(), e);
            }
        }

        @Override
        public void close() {
            api.close();
            process.close();
        }
    }

    /** The MongoDB-wire server of standalone, by itself. */
    private static final class EmbeddedMongo implements AutoCloseable {

        private final MongoServer server = new MongoServer(new MemoryBackend());

        EmbeddedMongo() {
            server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        }

        String uri() {
            return "mongodb://127.0.0.1:" + server.getLocalAddress().getPort() + "/ledger";
        }

        @Override
        public void close() {
            server.shutdownNow();
        }
    }
}
