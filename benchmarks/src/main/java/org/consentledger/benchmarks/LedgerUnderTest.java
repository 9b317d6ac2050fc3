package org.consentledger.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.json.JsonMapper;

/**
 * Starts a ledger in a separate process and directory, with a fixed heap of 512 MB, and its MongoDB-wire server in
 * another process. {@link #close} stops both and removes the directory.
 */
final class LedgerUnderTest implements AutoCloseable {

    private static final Pattern HEAP_BEFORE = Pattern.compile("(\\d+)M->\\d+M\\(");
    private static final Duration START = Duration.ofMinutes(2);
    private static final JsonMapper JSON = JsonMapper.shared();

    /** The heap of the MongoDB-wire server, which holds all of its documents. */
    private static final String MONGO_HEAP = System.getProperty("ledger.benchmark.mongo-heap", "4g");

    /**
     * On machines with expensive page faults, as some virtual machines are, small pages would dominate the measurement.
     */
    private static final List<String> HUGE_PAGES =
            List.of("-XX:+IgnoreUnrecognizedVMOptions", "-XX:+UseTransparentHugePages");

    final String base;
    final Properties stores = new Properties();

    private final Path directory;
    private final Process process;
    private final Process mongo;

    private LedgerUnderTest(Path directory, int port, Process process, Process mongo) {
        this.directory = directory;
        this.process = process;
        this.mongo = mongo;
        base = "http://127.0.0.1:" + port;
    }

    static LedgerUnderTest start(BenchMongo.DocumentForm documents) throws IOException, InterruptedException {
        var directory = Files.createTempDirectory("ledger-benchmark");
        var port = freePort();
        var mongoPort = freePort();
        var mongo = java(
                directory.resolve("mongo-log"),
                List.of("-Xmx" + MONGO_HEAP),
                BenchMongo.class,
                Integer.toString(mongoPort),
                documents.name());
        var process = java(
                directory.resolve("log"),
                List.of("-Xms512m", "-Xmx512m", "-XX:+AlwaysPreTouch", "-Xlog:gc:file=" + directory.resolve("gc-log")),
                BenchLedger.class,
                "--server.port=" + port,
                "--ledger.data-dir=" + directory.resolve("data"),
                "--ledger.mongodb.uri=mongodb://127.0.0.1:" + mongoPort + "/ledger",
                "--ledger.http.api-requests-per-minute=100000000");
        var ledger = new LedgerUnderTest(directory, port, process, mongo);
        try {
            ledger.awaitStores();
            return ledger;
        } catch (IOException | InterruptedException | RuntimeException e) {
            ledger.close();
            throw e;
        }
    }

    private static Process java(Path log, List<String> options, Class<?> main, String... arguments) throws IOException {
        var command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(HUGE_PAGES);
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    private void awaitStores() throws IOException, InterruptedException {
        var written = directory.resolve("data").resolve("stores.properties");
        var deadline = System.nanoTime() + START.toNanos();
        while (!Files.exists(written)) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "The ledger did not start:\n" + Files.readString(directory.resolve("log")));
            }
            process.waitFor(100, TimeUnit.MILLISECONDS);
        }
        try (var in = Files.newInputStream(written)) {
            stores.load(in);
        }
    }

    /** Requests a token for the client with that role. */
    String token(String role) throws IOException {
        var credentials = JSON.readTree(
                directory.resolve("data").resolve("credentials.json").toFile());
        for (var client : credentials.get("clients")) {
            if (client.get("clientId").asString().equals(role)) {
                var secret = role + ":" + client.get("clientSecret").asString();
                var answer = Http.send(
                        URI.create(base + "/oauth2/token"),
                        "POST",
                        "Basic " + Base64.getEncoder().encodeToString(secret.getBytes(UTF_8)),
                        "application/x-www-form-urlencoded",
                        "grant_type=client_credentials");
                return JSON.readTree(answer).get("access_token").asString();
            }
        }
        throw new IllegalStateException("credentials.json has no client " + role);
    }

    /** Returns the password of the user with that role. */
    String password(String role) {
        var credentials = JSON.readTree(
                directory.resolve("data").resolve("credentials.json").toFile());
        for (var user : credentials.get("users")) {
            if (user.get("username").asString().equals(role)) {
                return user.get("password").asString();
            }
        }
        throw new IllegalStateException("credentials.json has no user " + role);
    }

    /** Returns the peak resident memory of the process in bytes, as the operating system counts it. */
    long peakMemory() throws IOException {
        for (var line : Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("\\D+", "")) * 1024;
            }
        }
        return 0;
    }

    /** Returns the maximum heap usage before a garbage collection, in megabytes. */
    long peakHeap() throws IOException {
        return Files.readAllLines(directory.resolve("gc-log")).stream()
                .map(HEAP_BEFORE::matcher)
                .filter(Matcher::find)
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .max()
                .orElse(0);
    }

    /** Connects to PostgreSQL as the owner of the tables. */
    Connection connect() throws SQLException {
        return DriverManager.getConnection(
                stores.getProperty("url"), stores.getProperty("user"), stores.getProperty("password"));
    }

    /** Connects to PostgreSQL as its superuser. */
    Connection connectAsSuperuser() throws SQLException {
        var keys = JSON.readTree(directory.resolve("data").resolve("keys.json").toFile());
        return DriverManager.getConnection(
                stores.getProperty("url"),
                "postgres",
                keys.get("postgresPassword").asString());
    }

    List<String> log() throws IOException {
        return new ArrayList<>(Files.readAllLines(directory.resolve("log")));
    }

    @Override
    public void close() throws IOException {
        end(process);
        end(mongo);
        FileSystemUtils.deleteRecursively(directory);
    }

    private static void end(Process process) {
        process.destroy();
        process.onExit().completeOnTimeout(process, 30, TimeUnit.SECONDS).join();
        if (process.isAlive()) {
            process.destroyForcibly().onExit().join();
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
