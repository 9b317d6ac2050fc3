package org.consentledger.command.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.consentledger.command.CommandSideApplication;
import org.consentledger.foundation.http.ServerForTests;
import org.consentledger.foundation.http.ServerForTests.Answer;
import org.consentledger.foundation.http.ServerForTests.Request;
import org.consentledger.foundation.store.LedgerEngine;
import org.consentledger.foundation.store.PostgresForTests;
import org.consentledger.foundation.store.TestLedger;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.provenance.Role;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.JsonNode;

/** The command side on a database of its own, spoken to over HTTP as an operator. */
public final class JobServer implements AutoCloseable {

    public final String database;
    public final ServerForTests http;
    public final JdbcTemplate jdbc;
    public final LedgerEngine engine;

    private JobServer(String database, String... settings) {
        this.database = database;
        var arguments = new LinkedHashMap<String, String>();
        Stream.concat(arguments(database).stream(), Stream.of(settings))
                .forEach(setting -> arguments.put(setting.substring(0, setting.indexOf('=')), setting));
        http = ServerForTests.start(
                CommandSideApplication.class, arguments.values().toArray(String[]::new));
        jdbc = http.context.getBean(JdbcTemplate.class);
        engine = http.context.getBean(LedgerEngine.class);
    }

    public static JobServer start(String... settings) {
        return new JobServer(PostgresForTests.newDatabase(), settings);
    }

    /** Another process on a database that is there already. */
    public static JobServer on(String database, String... settings) {
        return new JobServer(database, settings);
    }

    public static List<String> arguments(String database) {
        return List.of(
                "--spring.config.location=classpath:command-side.yaml",
                "--spring.datasource.url=" + database,
                "--spring.datasource.username=" + PostgresForTests.APPLICATION,
                "--spring.datasource.password=",
                "--spring.flyway.user=" + PostgresForTests.OWNER,
                "--spring.flyway.password=",
                "--ledger.keys.encryption-key=" + TestLedger.SECRETS.encryptionKey(),
                "--ledger.keys.lookup-secret=" + TestLedger.SECRETS.lookupSecret(),
                "--ledger.links.keys=" + TestLedger.SECRETS.encryptionKey(),
                "--ledger.links.base-url=https://ledger.example.org",
                "--ledger.jobs.lease=3s",
                "--ledger.jobs.poll-interval=200ms");
    }

    public Request request(String method, String path) {
        return http.request(method, path).token(http.issuer.token(Role.OPERATOR));
    }

    /** Sends a form with a file and some other parts. */
    public Answer sendFile(byte[] file, Map<String, String> parts, Map<String, String> headers) {
        return sendFile("/api/imports", file, parts, headers);
    }

    public Answer sendFile(String path, byte[] file, Map<String, String> parts, Map<String, String> headers) {
        var boundary = "----" + UUID.randomUUID();
        var form = new ByteArrayOutputStream();
        parts.forEach((name, content) -> form.writeBytes(
                ("--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n".formatted(boundary, name, content))
                        .getBytes(UTF_8)));
        form.writeBytes(
                ("--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"contacts.csv\"\r\nContent-Type: text/csv\r\n\r\n"
                                .formatted(boundary))
                        .getBytes(UTF_8));
        form.writeBytes(file);
        form.writeBytes(("\r\n--%s--\r\n".formatted(boundary)).getBytes(UTF_8));
        var request = request("POST", path).header("Content-Type", "multipart/form-data; boundary=" + boundary);
        headers.forEach(request::header);
        return request.chunked(new ByteArrayInputStream(form.toByteArray())).exchange();
    }

    /** Imports a file and waits for the end. */
    public JsonNode imported(byte[] file, Map<String, String> parts) {
        var answer = sendFile(file, parts, Map.of());
        if (answer.status() != 202) {
            throw new AssertionError(answer.status() + " " + answer.body());
        }
        return ended(answer.header("Location"));
    }

    public JsonNode imported(String file) {
        return imported(file.getBytes(UTF_8), Map.of());
    }

    public Answer sendBulk(String json) {
        return request("POST", "/api/bulk-operations").json(json).exchange();
    }

    public JsonNode bulk(String json) {
        var answer = sendBulk(json);
        if (answer.status() != 202) {
            throw new AssertionError(answer.status() + " " + answer.body());
        }
        return ended(answer.header("Location"));
    }

    /** Waits until a job has ended. */
    public JsonNode ended(String location) {
        return await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(50))
                .until(
                        () -> request("GET", location).exchange().json(),
                        job -> List.of("COMPLETED", "FAILED", "CANCELLED")
                                .contains(job.path("status").asString()));
    }

    public String failures(JsonNode job, String path) {
        return request("GET", path + "/" + job.path("id").asString() + "/failures")
                .exchange()
                .body();
    }

    /** total, processed, changed, unchanged, failed of a job. */
    public static List<Long> numbers(JsonNode job) {
        return List.of("total", "processed", "changed", "unchanged", "failed").stream()
                .map(name -> job.path(name).asLong())
                .toList();
    }

    /** Everything that was ever recorded, each person's events in their order. */
    public Map<UUID, List<PersonEvent>> histories() {
        var histories = new LinkedHashMap<UUID, List<PersonEvent>>();
        var events = engine.readEvents(null, false);
        try (events) {
            events.forEach(event -> {
                if (event.getPayload() instanceof PersonEvent ofPerson) {
                    histories
                            .computeIfAbsent(ofPerson.personId().value(), id -> new ArrayList<>())
                            .add(ofPerson);
                }
            });
        }
        return histories;
    }

    public long events() {
        var count = jdbc.queryForObject("SELECT count(*) FROM event", Long.class);
        return count == null ? 0 : count;
    }

    /** A file of made-up people. */
    public static String people(int from, int to) {
        return "First Name,Last Name,Email,Phone\n"
                + IntStream.range(from, to)
                        .mapToObj(i -> "First%1$d,Last%1$d,person%1$d@example.org,+49 30 %1$d\n".formatted(i))
                        .collect(Collectors.joining());
    }

    @Override
    public void close() {
        http.close();
    }
}
