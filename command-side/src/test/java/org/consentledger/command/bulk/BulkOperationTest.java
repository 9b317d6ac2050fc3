package org.consentledger.command.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;
import static org.consentledger.command.jobs.JobServer.numbers;
import static org.consentledger.command.jobs.JobServer.people;

import java.sql.DriverManager;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.consentledger.command.jobs.JobServer;
import org.consentledger.foundation.http.ServerForTests;
import org.consentledger.foundation.store.PostgresForTests;
import org.consentledger.kernel.person.Authorization;
import org.consentledger.kernel.person.AuthorizationType;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonEvent.AuthorizationSet;
import org.consentledger.kernel.person.PersonEvent.PersonErased;
import org.consentledger.kernel.person.PersonEvent.SourceSet;
import org.consentledger.kernel.person.PersonEvent.Unsubscribed;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.SourceType;
import org.consentledger.kernel.person.UnsubscribeReason;
import org.consentledger.kernel.provenance.Role;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Bulk operations over HTTP, as an operator does them. */
class BulkOperationTest {

    private static JobServer server;

    @BeforeAll
    static void start() {
        server = JobServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void nothing_is_left_of_the_selection() {
        assertThat(server.jdbc.queryForObject("SELECT count(*) FROM job_people", Long.class))
                .isZero();
    }

    @Test
    void all_people_are_changed_once() {
        server.imported(people(0, 700));
        var everybody = server.jdbc.queryForObject(
                "SELECT count(*) FROM person WHERE NOT erased AND source_type <> 'CRM_SYNC'", Long.class);

        var job = server.bulk("""
                {"command":"SET_SOURCE","source":{"type":"CRM_SYNC"},"selection":{"all":true}}""");

        assertThat(job.path("kind").asString()).isEqualTo("BULK");
        assertThat(job.path("changed").asLong()).isEqualTo(everybody);
        assertThat(server.histories().values())
                .filteredOn(history -> !(history.getLast() instanceof PersonErased))
                .allSatisfy(history -> assertThat(history)
                        .filteredOn(SourceSet.class::isInstance)
                        .isNotEmpty());
        var events = server.events();

        var again = server.bulk("""
                {"command":"SET_SOURCE","source":{"type":"CRM_SYNC"},"selection":{"all":true}}""");

        assertThat(again.path("changed").asLong()).isZero();
        assertThat(again.path("unchanged").asLong())
                .isEqualTo(again.path("total").asLong());
        assertThat(server.events()).isEqualTo(events);
    }

    @Test
    void only_named_people_are_changed_and_unknown_or_erased_ones_are_failures() {
        var ada = register("bulk-ada@example.org");
        var bob = register("bulk-bob@example.org");
        var erased = register("bulk-erased@example.org");
        server.http
                .request("DELETE", "/api/people/" + erased)
                .token(server.http.issuer.token(Role.ADMIN))
                .json("{\"reason\":\"asked for\"}")
                .exchange();
        var unknown = UUID.randomUUID();

        var job = server.bulk("""
                {"command":"SET_AUTHORIZATION","authorization":{"type":"CONSENT","dateOfConsent":"2026-11-01",
                 "purposeOfProcessing":"News"},"selection":{"personIds":["%s","%s","%s","%s"]}}""".formatted(ada, unknown, ada, erased));

        assertThat(numbers(job)).containsExactly(3L, 3L, 1L, 0L, 2L);
        assertThat(historyOf(ada))
                .last()
                .isEqualTo(new AuthorizationSet(
                        historyOf(ada).getLast().personId(),
                        Authorization.consent(java.time.LocalDate.parse("2026-11-01"), "News"),
                        null,
                        historyOf(ada).getLast().at()));
        assertThat(historyOf(bob)).noneMatch(AuthorizationSet.class::isInstance);
        assertThat(server.failures(job, "/api/bulk-operations"))
                .startsWith("personId,reason\r\n")
                .contains(unknown + ",There is no such person")
                .contains(erased + ",The person has been erased");
    }

    /** Chunks of one person, the first of which is held up in its transaction while the second is read ahead. */
    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void a_person_whom_another_command_changes_while_the_chunk_is_written_keeps_both_changes(CapturedOutput output)
            throws Exception {
        try (var slow = JobServer.start("--ledger.jobs.chunk-size=1")) {
            slow.imported(people(0, 3));
            var ids = slow.jdbc.queryForList("SELECT person_id FROM person ORDER BY person_id", UUID.class);
            String location;
            try (var other = DriverManager.getConnection(slow.database, PostgresForTests.APPLICATION, "");
                    var hold = other.prepareStatement("SELECT FROM person WHERE person_id = ? FOR UPDATE")) {
                other.setAutoCommit(false);
                hold.setObject(1, ids.get(0));
                hold.execute();
                location = slow.sendBulk(
                                "{\"command\":\"SET_SOURCE\",\"source\":{\"type\":\"CRM_SYNC\"},\"selection\":{\"all\":true}}")
                        .header("Location");
                await().until(() -> isHeldUp(slow) && nobodyReadsAhead());

                assertThat(slow.request("PUT", "/api/people/" + ids.get(1) + "/source")
                                .json("{\"type\":\"MANUAL_UPLOAD\"}")
                                .exchange()
                                .status())
                        .isEqualTo(200);
                other.rollback();
            }

            assertThat(numbers(slow.ended(location))).containsExactly(3L, 3L, 3L, 0L, 0L);
            assertThat(output.getAll())
                    .as("attempts at the job")
                    .containsOnlyOnce("Job " + location.substring(location.lastIndexOf('/') + 1) + " (BULK) goes on");
            assertThat(slow.histories().get(ids.get(1)))
                    .filteredOn(SourceSet.class::isInstance)
                    .extracting(
                            event -> ((SourceSet) event).previous().type(),
                            event -> ((SourceSet) event).source().type())
                    .containsExactly(
                            tuple(SourceType.IMPORT, SourceType.MANUAL_UPLOAD),
                            tuple(SourceType.MANUAL_UPLOAD, SourceType.CRM_SYNC));
        }
    }

    /** The thread that reads ahead has nothing more to read. */
    private static boolean nobodyReadsAhead() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> thread.getKey().getName().equals("job-read-ahead"))
                .allMatch(thread -> Arrays.stream(thread.getValue())
                        .anyMatch(frame -> frame.getMethodName().equals("getTask")));
    }

    private static boolean isHeldUp(JobServer server) {
        return Boolean.TRUE.equals(server.jdbc.queryForObject(
                "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
                        + " AND wait_event_type = 'Lock' AND query LIKE 'UPDATE person %')",
                Boolean.class));
    }

    @Test
    void a_filter_selects_by_the_codes_of_the_compliance_card() {
        var withConsent = register("filter-consent@example.org", "{\"type\":\"VITAL_INTERESTS\"}");
        var without = register("filter-none@example.org");

        server.bulk("""
                {"command":"SET_AUTHORIZATION","authorization":{"type":"OTHER","description":"Old rules"},
                 "selection":{"filter":{"authorization":"VITAL_INTERESTS","subscription":"SUBSCRIBED"}}}""");

        assertThat(typesOf(withConsent)).last().isEqualTo(AuthorizationType.OTHER);
        assertThat(typesOf(without)).isEmpty();

        server.bulk("""
                {"command":"UNSUBSCRIBE","reason":"TOO_FREQUENT",
                 "selection":{"filter":{"authorization":"OTHER","source":"IMPORT"}}}""");

        assertThat(historyOf(withConsent)).last().isInstanceOfSatisfying(Unsubscribed.class, unsubscribed -> {
            assertThat(unsubscribed.reason()).isEqualTo(UnsubscribeReason.TOO_FREQUENT);
        });

        var none = server.bulk("""
                {"command":"SET_SOURCE","source":{"type":"IMPORT"},
                 "selection":{"filter":{"authorization":"VITAL_INTERESTS"}}}""");
        assertThat(none.path("status").asString()).isEqualTo("COMPLETED");
        assertThat(numbers(none)).containsExactly(0L, 0L, 0L, 0L, 0L);
        var byNone = server.bulk("""
                {"command":"SET_SOURCE","source":{"type":"IMPORT"},"dryRun":true,
                 "selection":{"filter":{"authorization":"NONE"}}}""");
        assertThat(byNone.path("total").asLong()).isPositive();
    }

    @Test
    void a_dry_run_records_nothing() {
        var person = register("dry@example.org");
        var events = server.events();

        var job = server.bulk("""
                {"command":"UNSUBSCRIBE","selection":{"personIds":["%s"]},"dryRun":true}""".formatted(person));

        assertThat(numbers(job)).containsExactly(1L, 1L, 1L, 0L, 0L);
        assertThat(server.events()).isEqualTo(events);
    }

    @Test
    void each_event_has_the_actor_and_the_job() {
        var person = register("why@example.org");
        var job = server.bulk("""
                {"command":"SET_SOURCE","source":{"type":"OTHER","description":"Fair"},
                 "selection":{"personIds":["%s"]}}""".formatted(person));

        assertThat(server.engine
                        .readEvents(List.of(person.toString()))
                        .get(person.toString())
                        .getLast()
                        .getMetaData())
                .containsEntry("via", "BULK")
                .containsEntry("jobId", job.path("id").asString())
                .containsEntry("causationId", job.path("id").asString())
                .containsEntry("actorName", "Test User");
        assertThat(((SourceSet) historyOf(person).getLast()).source()).isEqualTo(new Source(SourceType.OTHER, "Fair"));
    }

    @Test
    void the_same_key_is_the_same_operation() {
        var json = "{\"command\":\"UNSUBSCRIBE\",\"selection\":{\"personIds\":[]}}";
        var key = UUID.randomUUID().toString();
        var first = server.request("POST", "/api/bulk-operations")
                .header("Idempotency-Key", key)
                .json(json)
                .exchange();
        var second = server.request("POST", "/api/bulk-operations")
                .header("Idempotency-Key", key)
                .json(json)
                .exchange();
        var third = server.request("POST", "/api/bulk-operations")
                .header("Idempotency-Key", key)
                .json("{\"command\":\"UNSUBSCRIBE\",\"selection\":{\"all\":true}}")
                .exchange();

        assertThat(first.status()).isEqualTo(202);
        assertThat(second.header("Location")).isEqualTo(first.header("Location"));
        assertThat(third.status()).isEqualTo(422);
        assertThat(third.problem()).isEqualTo("idempotency-key-reused");
        server.ended(first.header("Location"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|command,selection",
                "{\"command\":\"ERASE\",\"selection\":{\"all\":true}}|command",
                "{\"command\":\"UNSUBSCRIBE\"}|selection",
                "{\"command\":\"UNSUBSCRIBE\",\"selection\":{}}|selection.personIds",
                "{\"command\":\"UNSUBSCRIBE\",\"selection\":{\"all\":false}}|selection.all",
                "{\"command\":\"UNSUBSCRIBE\",\"selection\":{\"all\":true,\"personIds\":[]}}|selection.all",
                "{\"command\":\"UNSUBSCRIBE\",\"selection\":{\"personIds\":[\"x\"]}}|selection.personIds[0]",
                "{\"command\":\"UNSUBSCRIBE\",\"selection\":{\"personIds\":[null]}}|selection.personIds[0]",
                "{\"command\":\"UNSUBSCRIBE\",\"selection\":{\"filter\":{}}}|selection.filter.authorization",
                "{\"command\":\"UNSUBSCRIBE\",\"selection\":{\"filter\":{\"q\":\"ada\"}}}|selection.filter.q",
                "{\"command\":\"UNSUBSCRIBE\",\"selection\":{\"filter\":{\"colour\":\"red\"}}}|selection.filter.colour",
                "{\"command\":\"UNSUBSCRIBE\",\"selection\":{\"filter\":{\"source\":\"MARS\"}}}|selection.filter.source",
                "{\"command\":\"UNSUBSCRIBE\",\"colour\":1,\"selection\":{\"all\":true}}|colour",
                "{\"command\":\"UNSUBSCRIBE\",\"source\":{\"type\":\"IMPORT\"},\"selection\":{\"all\":true}}|source",
                "{\"command\":\"SET_SOURCE\",\"selection\":{\"all\":true}}|source",
                "{\"command\":\"SET_SOURCE\",\"source\":{\"type\":\"IMPORT\",\"description\":\"x\"},\"selection\":{\"all\":true}}|source.description",
                "{\"command\":\"SET_AUTHORIZATION\",\"authorization\":{\"type\":\"CONSENT\"},\"selection\":{\"all\":true}}|authorization.dateOfConsent,authorization.purposeOfProcessing",
                "{\"command\":\"SET_AUTHORIZATION\",\"reason\":\"OTHER\",\"authorization\":{\"type\":\"OTHER\"},\"selection\":{\"all\":true}}|reason"
            })
    void an_invalid_request_names_the_field_and_starts_no_job(String json, String fields) {
        var events = server.events();
        var answer = server.sendBulk(json);

        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.problem()).isEqualTo("invalid-request");
        assertThat(answer.fields()).containsExactly(fields.split(",", -1));
        assertThat(server.events()).isEqualTo(events);
    }

    @Test
    void at_most_a_hundred_thousand_people_can_be_named() {
        var ids = java.util.stream.Stream.generate(() -> '"' + UUID.randomUUID().toString() + '"')
                .limit(Selection.MOST_PEOPLE)
                .collect(Collectors.joining(","));
        var most = server.sendBulk(
                "{\"command\":\"UNSUBSCRIBE\",\"dryRun\":true,\"selection\":{\"personIds\":[" + ids + "]}}");
        assertThat(most.status()).isEqualTo(202);
        var cancelled = server.request("DELETE", most.header("Location")).exchange();
        assertThat(cancelled.status())
                .as("200 if no runner had the job yet, else 202")
                .isIn(200, 202);
        assertThat(server.ended(most.header("Location")).path("status").asString())
                .isEqualTo("CANCELLED");

        var tooMany = server.sendBulk("{\"command\":\"UNSUBSCRIBE\",\"selection\":{\"personIds\":[\""
                + UUID.randomUUID() + "\"," + ids + "]}}");
        assertThat(tooMany.status()).isEqualTo(400);
        assertThat(tooMany.fields()).containsExactly("selection.personIds");
    }

    @ParameterizedTest
    @EnumSource(
            value = Role.class,
            names = {"AUDITOR", "ANALYST"})
    void other_roles_are_forbidden(Role role) {
        for (var path : List.of("/api/bulk-operations", "/api/imports")) {
            assertThat(as(role, "POST", path).json("{}").exchange().status()).isIn(403, 415);
            assertThat(as(role, "GET", path + '/' + UUID.randomUUID())
                            .exchange()
                            .status())
                    .isEqualTo(403);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/failures", "/events"})
    void an_unknown_job_is_not_found(String what) {
        for (var path : List.of("/api/bulk-operations/", "/api/imports/")) {
            var answer = server.request("GET", path + UUID.randomUUID() + what).exchange();
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.problem()).isEqualTo("unknown-job");
            assertThat(server.request("GET", path + "no-uuid" + what).exchange().status())
                    .isEqualTo(400);
        }
    }

    private ServerForTests.Request as(Role role, String method, String path) {
        return server.http.request(method, path).token(server.http.issuer.token(role));
    }

    private UUID register(String email) {
        return register(email, "null");
    }

    private UUID register(String email, String authorization) {
        var answer = server.request("POST", "/api/people")
                .json("{\"emails\":[\"%s\"],\"source\":{\"type\":\"IMPORT\"},\"authorization\":%s}"
                        .formatted(email, authorization))
                .exchange();
        return UUID.fromString(answer.json().path("personId").asString());
    }

    private List<PersonEvent> historyOf(UUID person) {
        return server.engine.readEvents(List.of(person.toString())).get(person.toString()).stream()
                .map(event -> (PersonEvent) event.getPayload())
                .toList();
    }

    private List<AuthorizationType> typesOf(UUID person) {
        return historyOf(person).stream()
                .filter(AuthorizationSet.class::isInstance)
                .map(event -> ((AuthorizationSet) event).authorization().type())
                .toList();
    }
}
