package org.consentledger.standalone.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

/**
 * One PostgreSQL server for one ledger. What it acknowledges is on disk. It outlives a ledger that is killed; the next
 * ledger on the directory stops it first, as the promises on the command line are given anew at every start.
 */
public final class PostgresServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresServer.class);
    private static final String SUPERUSER = "postgres";
    private static final String DATABASE = "ledger";
    private static final int TRIES = 3;

    /** Recovery after a crash reads back as much of the log as max_wal_size allows; that may take its time. */
    private static final Duration START_LIMIT = Duration.ofMinutes(10);

    private static final Duration STOP_LIMIT = Duration.ofMinutes(2);

    /** Without these an acknowledged command could be lost. Checked in the running server, not only asked for. */
    private static final Map<String, String> DURABILITY =
            Map.of("fsync", "on", "synchronous_commit", "on", "full_page_writes", "on");

    private final PostgresPrograms programs;
    private final Path files;
    private final int port;
    private final String password;
    private boolean stopped;

    private PostgresServer(PostgresPrograms programs, Path files, int port, String password) {
        this.programs = programs;
        this.files = files;
        this.port = port;
        this.password = password;
    }

    /**
     * Starts the server; makes its files when they are not there.
     *
     * @param files PostgreSQL's data directory; the caller holds the lock on it
     * @param programs where the programs are unpacked to, for this start and later ones
     * @param password of the server's users; the files know it from their first start on
     * @param port 0 for any free one
     */
    public static PostgresServer start(Path files, Path programs, String password, int port) {
        try {
            var unpacked = PostgresPrograms.unpackInto(programs);
            if (Files.notExists(files.resolve("PG_VERSION"))) {
                makeFiles(unpacked, files, password);
            }
            checkVersion(unpacked, files);
            var server =
                    new PostgresServer(unpacked, files.toRealPath(), startProcess(unpacked, files, port), password);
            try {
                server.makeDatabase();
                server.checkDurability();
            } catch (SQLException | RuntimeException e) {
                server.close();
                throw e;
            }
            return server;
        } catch (IOException | SQLException e) {
            throw new PostgresFailedException("The embedded PostgreSQL can't be started", e);
        }
    }

    public String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + DATABASE + "?reWriteBatchedInserts=true";
    }

    public String username() {
        return DATABASE;
    }

    public String password() {
        return password;
    }

    /** Lets what is under way finish its transaction or roll back, writes everything out and ends the server. */
    @Override
    public synchronized void close() {
        if (!stopped) {
            stopped = true;
            stop(programs, files);
            LOG.info("PostgreSQL is stopped");
        }
    }

    /** Under another name until it is complete: a half-made directory from a killed first start is never used. */
    private static void makeFiles(PostgresPrograms programs, Path files, String password) throws IOException {
        var unfinished = files.resolveSibling(files.getFileName() + ".unfinished-" + UUID.randomUUID());
        var passwordFile = Files.createTempFile("consent-ledger-", ".secret"); // for its owner only, by its kind
        try {
            Files.writeString(passwordFile, password);
            programs.run(
                    START_LIMIT,
                    List.of(
                            "initdb",
                            "--pgdata=" + unfinished,
                            "--username=" + SUPERUSER,
                            "--pwfile=" + passwordFile,
                            "--auth=scram-sha-256",
                            "--encoding=UTF8",
                            "--locale-provider=builtin",
                            "--builtin-locale=C.UTF-8",
                            "--locale=C"));
        } finally {
            Files.delete(passwordFile);
        }
        Files.move(unfinished, files);
        try (var siblings =
                Files.newDirectoryStream(files.toAbsolutePath().getParent(), files.getFileName() + ".unfinished-*")) {
            for (var sibling : siblings) {
                FileSystemUtils.deleteRecursively(sibling);
            }
        }
    }

    private static void checkVersion(PostgresPrograms programs, Path files) throws IOException {
        var ofFiles = Files.readString(files.resolve("PG_VERSION")).strip();
        var ofPrograms = programs.majorVersion();
        if (!ofFiles.equals(ofPrograms)) {
            throw new PostgresFailedException(
                    "The files in " + files + " are of PostgreSQL " + ofFiles + " and this ledger brings PostgreSQL "
                            + ofPrograms + ". Dump them with the old ledger's programs and load them with the new.",
                    null);
        }
    }

    /**
     * Tries more than once, as a free port can be taken by someone else, and a start that a killed ledger had begun can
     * come to its end, between our look and our start.
     */
    private static int startProcess(PostgresPrograms programs, Path files, int wantedPort) throws IOException {
        PostgresFailedException failure = null;
        for (int attempt = 1; attempt <= TRIES; attempt++) {
            stopOrphan(programs, files);
            int port = wantedPort == 0 ? freePort() : wantedPort;
            try {
                var log = files.resolveSibling("postgres.log");
                programs.run(
                        START_LIMIT.plusMinutes(1),
                        List.of(
                                "pg_ctl",
                                "start",
                                "--wait",
                                "--timeout=" + START_LIMIT.toSeconds(),
                                "--pgdata=" + files.toRealPath(),
                                "--log=" + log.toAbsolutePath(),
                                "--options=" + options(port)));
                LOG.info("PostgreSQL listens on 127.0.0.1:{}", port);
                return port;
            } catch (PostgresFailedException e) {
                failure = e;
                LOG.warn("PostgreSQL did not start at try {} of {}", attempt, TRIES);
            }
        }
        throw new PostgresFailedException(
                "PostgreSQL doesn't start; its reasons are in " + files.resolveSibling("postgres.log"), failure);
    }

    private static String options(int port) {
        var settings = new LinkedHashMap<>(DURABILITY);
        settings.put("listen_addresses", "127.0.0.1");
        settings.put("port", Integer.toString(port));
        settings.put("unix_socket_directories", "");
        settings.put("timezone", "UTC");
        settings.put("log_timezone", "UTC");
        settings.put("jit", "off");
        // A read that the system's cache answers takes less than handing it to another process and waiting for that one
        settings.put("io_method", "sync");
        // Statements and row values can hold personal data; its log must not.
        settings.put("log_error_verbosity", "terse");
        settings.put("log_min_error_statement", "panic");
        settings.put("log_checkpoints", "off");
        var options = new ArrayList<String>();
        settings.forEach((name, value) -> options.add("-c " + name + "=" + (value.isEmpty() ? "''" : value)));
        return String.join(" ", options);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void stopOrphan(PostgresPrograms programs, Path files) throws IOException {
        var pidFile = files.resolve("postmaster.pid");
        var pid = pidIn(pidFile);
        if (pid.isEmpty()) {
            return;
        }
        var real = files.toRealPath();
        if (ServerProcesses.isServerOf(pid.get(), real)) {
            LOG.info("Stopping the PostgreSQL (process {}) that a killed ledger left behind", pid.get());
            stop(programs, files);
        } else if (ServerProcesses.allLeave(real, STOP_LIMIT)) {
            // After a reboot the number may belong to anybody, and PostgreSQL would then refuse to start.
            Files.deleteIfExists(pidFile);
        }
    }

    private static Optional<Long> pidIn(Path pidFile) throws IOException {
        if (Files.notExists(pidFile)) {
            return Optional.empty();
        }
        try (var lines = Files.lines(pidFile)) {
            return lines.findFirst().map(line -> Long.parseLong(line.strip()));
        } catch (NumberFormatException ignored) {
            return Optional.empty();
        }
    }

    private static void stop(PostgresPrograms programs, Path files) {
        try {
            stop(programs, files, "fast");
        } catch (PostgresFailedException e) {
            LOG.warn("PostgreSQL doesn't stop in good order; its log lets the next start recover", e);
            stop(programs, files, "immediate");
        }
    }

    private static void stop(PostgresPrograms programs, Path files, String mode) {
        programs.run(
                STOP_LIMIT.plusSeconds(10),
                List.of(
                        "pg_ctl",
                        "stop",
                        "--wait",
                        "--timeout=" + STOP_LIMIT.toSeconds(),
                        "--mode=" + mode,
                        "--pgdata=" + files));
    }

    private void makeDatabase() throws SQLException {
        try (var connection = connect(SUPERUSER, "postgres");
                var statement = connection.createStatement()) {
            if (!answersSomething(connection, "select 1 from pg_roles where rolname = 'ledger'")) {
                statement.execute("create role ledger login");
            }
            // Said at every start, as the first one may have been killed between the two.
            statement.execute("alter role ledger password '" + password.replace("'", "''") + "'");
            if (!answersSomething(connection, "select 1 from pg_database where datname = 'ledger'")) {
                statement.execute("create database ledger owner ledger");
            }
        }
    }

    private void checkDurability() throws SQLException {
        try (var connection = connect(username(), DATABASE)) {
            for (var promise : DURABILITY.entrySet()) {
                try (var statement = connection.createStatement();
                        var shown = statement.executeQuery("show " + promise.getKey())) {
                    if (!shown.next() || !promise.getValue().equals(shown.getString(1))) {
                        throw new PostgresFailedException(
                                "PostgreSQL runs without " + promise.getKey() + "; it could lose what it acknowledged",
                                null);
                    }
                }
            }
        }
    }

    private Connection connect(String user, String database) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/" + database, user, password);
    }

    private static boolean answersSomething(Connection connection, String query) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            return rows.next();
        }
    }
}
