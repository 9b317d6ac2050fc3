package org.consentledger.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.json.JsonMapper;

/** Starts imports and bulk operations as an operator would, and waits for their end. */
final class Jobs {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String BOUNDARY = "rows-of-the-benchmark";
    private static final int PIECE = 64 * 1024;

    /** Long, because polling takes time from the job. The job itself reports the time of its end. */
    private static final long POLL_INTERVAL_NANOS = 250_000_000;

    private static final long TOKEN_NANOS = 60_000_000_000L;

    private final LedgerUnderTest ledger;
    private final Map<String, Token> tokens = new HashMap<>();

    private record Token(String header, long since) {}

    Jobs(LedgerUnderTest ledger) {
        this.ledger = ledger;
    }

    /**
     * Imports people and returns the number per second, from the upload to the end of the job.
     *
     * @param first the number of the first person; no person with that number or a higher one may exist yet
     */
    double importPeople(int first, int people) throws IOException {
        var begun = Instant.now();
        var connection = (HttpURLConnection)
                URI.create(ledger.base + "/api/imports").toURL().openConnection();
        connection.setRequestMethod("POST");
        connection.setRequestProperty("Authorization", operator());
        connection.setRequestProperty("Content-Type", "multipart/form-data; boundary=" + BOUNDARY);
        connection.setDoOutput(true);
        connection.setChunkedStreamingMode(PIECE);
        try (var out = new BufferedWriter(new OutputStreamWriter(connection.getOutputStream(), UTF_8), PIECE)) {
            part(out, "name=\"file\"; filename=\"people.csv\"", "text/csv");
            out.write("First Name,Last Name,Company,Title,Email,Phone\r\n");
            for (int number = first; number < first + people; number++) {
                out.write("First%1$d,Last%1$d,Company %2$d,Engineer,p%1$d@example.org,+49 30 %1$d\r\n"
                        .formatted(number, number % 1000));
            }
            part(out, "name=\"authorization\"", "application/json");
            out.write("{\"type\":\"LEGITIMATE_INTEREST\"}\r\n--" + BOUNDARY + "--\r\n");
        }
        if (connection.getResponseCode() != HttpURLConnection.HTTP_ACCEPTED) {
            throw new IOException("The import was answered with " + connection.getResponseCode());
        }
        try (var in = connection.getInputStream()) {
            return perSecond(people, begun, end("/api/imports/", new String(in.readAllBytes(), UTF_8), people));
        }
    }

    private static void part(BufferedWriter out, String name, String type) throws IOException {
        out.write("\r\n--" + BOUNDARY + "\r\nContent-Disposition: form-data; " + name + "\r\nContent-Type: " + type
                + "\r\n\r\n");
    }

    /** Sets the source of all people and returns the number per second, from the request to the end of the job. */
    double setSource(String type, int people) throws IOException {
        var begun = Instant.now();
        var answer = Http.send(
                URI.create(ledger.base + "/api/bulk-operations"),
                "POST",
                operator(),
                "application/json",
                "{\"command\":\"SET_SOURCE\",\"source\":{\"type\":\"" + type + "\"},\"selection\":{\"all\":true}}");
        return perSecond(people, begun, end("/api/bulk-operations/", answer, people));
    }

    private static double perSecond(int people, Instant begun, Instant ended) {
        return people / (Duration.between(begun, ended).toNanos() / 1e9);
    }

    /** Waits for the end of a job and returns its time. */
    private Instant end(String path, String accepted, int changes) throws IOException {
        var job = JSON.readTree(accepted);
        var uri = URI.create(ledger.base + path + job.get("id").asString());
        while (job.get("status").asString().matches("QUEUED|RUNNING")) {
            LockSupport.parkNanos(POLL_INTERVAL_NANOS);
            job = JSON.readTree(Http.send(uri, "GET", operator(), "", null));
        }
        if (!job.get("status").asString().equals("COMPLETED")
                || job.get("changed").asInt() != changes) {
            throw new IllegalStateException(
                    "The job has failed or changed another number of people than " + changes + ": " + job);
        }
        return Instant.parse(job.get("endedAt").asString());
    }

    /** Returns the lag of the read model of people, in events. */
    long lag() throws IOException {
        var answer = Http.send(
                URI.create(ledger.base + "/actuator/metrics/ledger.read.model.lag?tag=model:people"),
                "GET",
                bearer("admin"),
                "",
                null);
        return JSON.readTree(answer).get("measurements").get(0).get("value").asLong();
    }

    private String operator() throws IOException {
        return bearer("operator");
    }

    /**
     * Returns the authorization header of the client with that role. It gets a new token every minute: a token expires
     * during a long job, and more frequent requests would be refused.
     */
    String bearer(String role) throws IOException {
        var token = tokens.get(role);
        if (token == null || System.nanoTime() - token.since() > TOKEN_NANOS) {
            token = new Token("Bearer " + ledger.token(role), System.nanoTime());
            tokens.put(role, token);
        }
        return token.header();
    }
}
