package org.consentledger.command.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.consentledger.command.jobs.JobServer.numbers;
import static org.consentledger.command.jobs.JobServer.people;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.consentledger.command.CommandSideApplication;
import org.consentledger.foundation.store.PostgresForTests;
import org.consentledger.kernel.person.PersonEvent.PersonRegistered;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** What happens to jobs whose process dies, stops or is told to leave off. */
class JobLifeTest {

    private static final int PEOPLE = Boolean.getBoolean("ledger.tests.full") ? 6000 : 2000;

    private static JobServer server;

    /** Starts the server for the tests that need neither settings nor a database of their own. */
    @BeforeAll
    static void start() {
        server = JobServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void a_job_whose_process_is_killed_is_finished_by_another_and_no_change_is_made_twice(@TempDir Path directory)
            throws Exception {
        var database = PostgresForTests.newDatabase();
        String location;
        try (var survivor = JobServer.on(database, "--ledger.jobs.at-once=1")) {
            // Keep the survivor from taking the job: it is handed to the victim by stopping the survivor's runner.
            survivor.http.context.getBean(JobRunner.class).stop();
            location = survivor.sendFile(people(0, PEOPLE).getBytes(UTF_8), Map.of(), Map.of())
                    .header("Location");

            var victim = startProcess(database, directory, survivor);
            try {
                await().atMost(Duration.ofMinutes(2))
                        .pollInterval(Duration.ofMillis(20))
                        .until(() -> processed(survivor.jdbc) >= 500);
            } finally {
                victim.destroyForcibly().waitFor();
            }
            assertThat(processed(survivor.jdbc)).isBetween(500L, PEOPLE - 1L);

            survivor.http.context.getBean(JobRunner.class).start();
            var job = survivor.ended(location);

            assertThat(job.path("status").asString()).isEqualTo("COMPLETED");
            assertThat(numbers(job)).containsExactly((long) PEOPLE, (long) PEOPLE, (long) PEOPLE, 0L, 0L);
            assertThat(survivor.histories()).hasSize(PEOPLE);
            assertThat(survivor.histories().values())
                    .allSatisfy(history -> assertThat(history).singleElement().isInstanceOf(PersonRegistered.class));
        }
    }

    @Test
    void a_cancelled_job_stops_and_its_changes_stay() {
        try (var server = JobServer.start("--ledger.jobs.chunk-size=20")) {
            var location = server.sendFile(people(0, PEOPLE).getBytes(UTF_8), Map.of(), Map.of())
                    .header("Location");
            await().atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> processed(server.jdbc) > 0);

            assertThat(server.request("DELETE", location).exchange().status()).isIn(200, 202);

            var job = server.ended(location);
            assertThat(job.path("status").asString()).isEqualTo("CANCELLED");
            assertThat(job.path("processed").asInt()).isLessThan(PEOPLE);
            assertThat(server.events()).isEqualTo(job.path("processed").asLong());
            assertThat(server.request("DELETE", location).exchange().status()).isEqualTo(200);
            assertThat(server.jdbc.queryForObject("SELECT count(*) FROM job_file_piece", Long.class))
                    .isZero();
        }
    }

    @Test
    void a_job_that_has_ended_cannot_be_cancelled() {
        var job = server.imported(people(0, 3));

        var answer = server.request("DELETE", "/api/imports/" + job.path("id").asString())
                .exchange();

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.problem()).isEqualTo("job-ended");
    }

    @Test
    void a_stopping_process_releases_its_jobs_to_the_others() {
        var database = PostgresForTests.newDatabase();
        String location;
        try (var first = JobServer.on(database)) {
            location = first.sendFile(people(0, PEOPLE).getBytes(UTF_8), Map.of(), Map.of())
                    .header("Location");
            await().atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> processed(first.jdbc) > 0);
        }
        try (var second = JobServer.on(database)) {
            var job = second.ended(location);
            assertThat(numbers(job)).containsExactly((long) PEOPLE, (long) PEOPLE, (long) PEOPLE, 0L, 0L);
            assertThat(second.events()).isEqualTo(PEOPLE);
        }
    }

    @Test
    void more_jobs_at_once_than_there_are_connections_for_are_refused_at_the_start() {
        assertThatThrownBy(() -> JobServer.start("--ledger.jobs.at-once=5"))
                .rootCause()
                .hasMessageContaining("ledger.jobs.at-once=5 needs more than 10 connections");
    }

    @Test
    void a_job_that_ended_long_ago_is_deleted_with_its_data() {
        try (var server = JobServer.start("--ledger.jobs.keep-for=8d")) {
            var old = server.imported("email\nada@example.org\nnot an address\n");
            var young = server.imported("email\nbob@example.org\nnot an address\n");
            server.jdbc.update(
                    "UPDATE job SET ended_at = ended_at - interval '9 days' WHERE id = ?::uuid",
                    old.path("id").asString());

            server.http.context.getBean(JobRunner.class).forgetOldJobs();

            assertThat(server.jdbc.queryForList("SELECT id::text FROM job", String.class))
                    .containsExactly(young.path("id").asString());
            assertThat(server.jdbc.queryForObject("SELECT count(*) FROM job_failure", Long.class))
                    .isEqualTo(1);
        }
    }

    @Test
    void a_job_that_fails_at_the_same_chunk_repeatedly_is_given_up() {
        server.http.context.getBean(JobRunner.class).stop();
        var events = server.events();
        var location = server.sendFile(people(3000, 3600).getBytes(UTF_8), Map.of(), Map.of())
                .header("Location");
        server.jdbc.update("UPDATE job_file_piece SET content = substr(content, 2)");
        assertThat(server.jdbc.update("UPDATE job SET attempts = 4 WHERE ended_at IS NULL"))
                .isEqualTo(1);

        server.http.context.getBean(JobRunner.class).start();

        assertThat(server.ended(location).path("status").asString()).isEqualTo("FAILED");
        assertThat(server.events()).isEqualTo(events);
    }

    @Test
    void a_follower_of_a_job_gets_its_progress_and_its_end() {
        var location = server.sendFile(people(4000, 5000).getBytes(UTF_8), Map.of(), Map.of())
                .header("Location");

        var told = server.request("GET", location + "/events")
                .header("Accept", "text/event-stream")
                .exchange();

        assertThat(told.header("Content-Type")).startsWith("text/event-stream");
        assertThat(told.body()).contains("event:progress").contains("\"status\":\"COMPLETED\"");
    }

    @Test
    void concurrent_commands_on_the_same_people_lose_no_change_of_either_side() {
        try (var server = JobServer.start()) {
            server.imported(people(0, 1000));
            var ids = server.jdbc.queryForList("SELECT person_id FROM person LIMIT 60", String.class);
            var answer = server.sendBulk(
                    "{\"command\":\"SET_SOURCE\",\"source\":{\"type\":\"CRM_SYNC\"},\"selection\":{\"all\":true}}");
            var statuses = new ArrayList<Integer>();
            for (var id : ids) {
                statuses.add(server.request("PUT", "/api/people/" + id + "/authorization")
                        .json("{\"type\":\"LEGITIMATE_INTEREST\"}")
                        .exchange()
                        .status());
            }

            var job = server.ended(answer.header("Location"));

            assertThat(statuses).containsOnly(200);
            assertThat(numbers(job)).containsExactly(1000L, 1000L, 1000L, 0L, 0L);
            assertThat(server.events()).isEqualTo(2000 + ids.size());
        }
    }

    @Test
    void a_file_of_two_gigabytes_is_refused_before_it_is_read() throws IOException {
        try (var socket = new Socket("127.0.0.1", server.http.port())) {
            var token = server.http.issuer.token(org.consentledger.kernel.provenance.Role.OPERATOR);
            socket.getOutputStream()
                    .write(("POST /api/imports HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token
                                    + "\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 2147483648"
                                    + "\r\n\r\n--x\r\n")
                            .getBytes(UTF_8));
            assertThat(statusLine(socket)).contains(" 413 ");
        }
    }

    @Test
    void an_endless_file_is_refused_at_the_limit_and_not_stored() throws IOException {
        try (var server = JobServer.start("--ledger.jobs.upload-limit=3MB");
                var socket = new Socket("127.0.0.1", server.http.port())) {
            var token = server.http.issuer.token(org.consentledger.kernel.provenance.Role.OPERATOR);
            var out = socket.getOutputStream();
            out.write(("POST /api/imports HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token
                            + "\r\nContent-Type: multipart/form-data; boundary=x\r\nTransfer-Encoding: chunked\r\n\r\n")
                    .getBytes(UTF_8));
            var head = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\nemail\r\n";
            out.write((Integer.toHexString(head.length()) + "\r\n" + head + "\r\n").getBytes(UTF_8));
            var row = "somebody@example.org\r\n".repeat(1000);
            var sent = 0L;
            try {
                while (sent < 2L * 1024 * 1024 * 1024 && socket.getInputStream().available() == 0) {
                    out.write((Integer.toHexString(row.length()) + "\r\n" + row + "\r\n").getBytes(UTF_8));
                    sent += row.length();
                }
            } catch (IOException closed) {
                // The server need not listen to the rest.
            }
            assertThat(statusLine(socket)).contains(" 413 ");
            assertThat(sent).isLessThan(50L * 1024 * 1024);
            assertThat(server.jdbc.queryForObject("SELECT count(*) FROM job_file_piece", Long.class))
                    .isZero();
        }
    }

    private static String statusLine(Socket socket) throws IOException {
        socket.setSoTimeout(20_000);
        var line = new StringBuilder();
        for (var c = socket.getInputStream().read();
                c >= 0 && c != '\n';
                c = socket.getInputStream().read()) {
            line.append((char) c);
        }
        return line.toString();
    }

    private static long processed(JdbcTemplate jdbc) {
        var processed = jdbc.queryForObject("SELECT coalesce(sum(processed), 0) FROM job", Long.class);
        return processed == null ? 0 : processed;
    }

    private static Process startProcess(String database, Path directory, JobServer issuer) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                CommandSideApplication.class.getName()));
        command.addAll(JobServer.arguments(database));
        command.addAll(List.of(
                "--server.port=0",
                "--server.address=127.0.0.1",
                "--ledger.jobs.chunk-size=20",
                "--spring.security.oauth2.resourceserver.jwt.issuer-uri=" + issuer.http.issuer.uri()));
        var log = Files.createFile(directory.resolve("victim.log"));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }
}
