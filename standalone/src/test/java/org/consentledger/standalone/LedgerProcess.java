package org.consentledger.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The ledger as its users have it: a process of its own, spoken to over HTTP, that can be stopped and killed. */
public final class LedgerProcess implements AutoCloseable {

    /** Shared by all tests, as unpacking takes longer than starting. */
    public static final Path PROGRAMS = Path.of("target", "postgres-programs").toAbsolutePath();

    private static final JsonMapper JSON = new JsonMapper();

    private final Path data;
    private final Path log;
    private final int port;
    private final Process process;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final Map<String, String> tokens = new ConcurrentHashMap<>();

    private LedgerProcess(Path data, Path log, int port, Process process) {
        this.data = data;
        this.log = log;
        this.port = port;
        this.process = process;
    }

    /** Starts the ledger on a free port and waits until it says that it is ready. */
    public static LedgerProcess start(Path data, String... arguments) {
        var port = freePort();
        var ledger = launch(data, port, arguments);
        try {
            await().atMost(Duration.ofMinutes(2))
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> !ledger.process.isAlive() || ledger.isReady());
            assertThat(ledger.process.isAlive()).as(ledger::log).isTrue();
            return ledger;
        } catch (RuntimeException | Error e) {
            ledger.close();
            throw e;
        }
    }

    /** Starts the ledger and waits for nothing. */
    public static LedgerProcess launch(Path data, int port, String... arguments) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ConsentLedger.class.getName(),
                "--server.port=" + port,
                "--ledger.data-dir=" + data,
                "--ledger.postgres.programs-dir=" + PROGRAMS));
        command.addAll(List.of(arguments));
        try {
            var log = Files.createTempFile("ledger-", ".log");
            var process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            return new LedgerProcess(data, log, port, process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return port;
    }

    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    /** The secret of a client, as the credentials file has it. */
    public String clientSecret(String client) {
        return secret("clients", "clientId", client, "clientSecret");
    }

    /** The password of a user, as the credentials file has it. */
    public String password(String user) {
        return secret("users", "username", user, "password");
    }

    private String secret(String kind, String nameField, String name, String secretField) {
        for (var entry : json(data.resolve("credentials.json")).get(kind)) {
            if (entry.get(nameField).asString().equals(name)) {
                return entry.get(secretField).asString();
            }
        }
        throw new AssertionError("No " + name + " among the " + kind);
    }

    /** A token of this client, asked for once. */
    public String token(String client) {
        return tokens.computeIfAbsent(client, name -> {
            var answer = requestToken(http, name, clientSecret(name));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return JSON.readTree(answer.body()).get("access_token").asString();
        });
    }

    public HttpResponse<String> requestToken(HttpClient through, String client, String secret) {
        var basic = Base64.getEncoder().encodeToString((client + ":" + secret).getBytes(UTF_8));
        return send(
                through,
                HttpRequest.newBuilder(uri("/oauth2/token"))
                        .header("Authorization", "Basic " + basic)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString("grant_type=client_credentials")));
    }

    public HttpResponse<String> get(String client, String path) {
        return send(authorized(client, path).GET());
    }

    public HttpResponse<String> send(String client, String method, String path, String body) {
        return send(authorized(client, path)
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body)));
    }

    public HttpRequest.Builder authorized(String client, String path) {
        return HttpRequest.newBuilder(uri(path)).header("Authorization", "Bearer " + token(client));
    }

    public HttpResponse<String> send(HttpRequest.Builder request) {
        return send(http, request);
    }

    private static HttpResponse<String> send(HttpClient through, HttpRequest.Builder request) {
        try {
            return through.send(request.timeout(Duration.ofMinutes(1)).build(), BodyHandlers.ofString(UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private boolean isReady() {
        try {
            return send(HttpRequest.newBuilder(uri("/actuator/health/readiness")))
                            .statusCode()
                    == 200;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    public static JsonNode json(HttpResponse<String> answer) {
        return JSON.readTree(answer.body());
    }

    public static JsonNode json(Path file) {
        return JSON.readTree(file);
    }

    /** Everything that the process printed so far. */
    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As an operator does: the process may finish what it has begun. */
    public void stop() {
        process.destroy();
        assertThat(ends()).isTrue();
    }

    /** As a power cut does to the process, though not to its PostgreSQL. */
    public void kill() {
        process.destroyForcibly();
        assertThat(ends()).isTrue();
    }

    /** Waits for the process to end by itself and answers its exit code. */
    public int exitCode() {
        assertThat(ends()).as(this::log).isTrue();
        return process.exitValue();
    }

    public long pid() {
        return process.pid();
    }

    private boolean ends() {
        try {
            return process.waitFor(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        http.close();
        process.destroy();
        if (!ends()) {
            process.destroyForcibly();
        }
        try {
            Files.deleteIfExists(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
