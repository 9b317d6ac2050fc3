package org.consentledger.standalone.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

/**
 * One PostgreSQL server, run as a child process on the data directory of one ledger. A commit that it acknowledges is
 * on disk.
 *
 * <p>The server outlives a ledger that is killed. The next ledger on the directory therefore begins with a look at
 * {@code postmaster.pid}. An example: the ledger (process 100) started PostgreSQL (process 101) and was killed. The
 * next ledger reads 101, and process 101 works in the data directory, so it is stopped and started again: the settings
 * on its command line, durability above all, must be those of the new ledger. After a reboot, process 101 may be any
 * program. Then the ledger waits for children of the dead server to end and deletes the stale file, as PostgreSQL would
 * refuse to start.
 *
 * <p>A start takes these steps:
 *
 * <ol>
 *   <li>{@code initdb} creates the data directory under a temporary name, and a rename completes it.
 *   <li>The major version of the files must equal that of the programs.
 *   <li>{@code pg_ctl start} listens on the loopback interface, with {@link #ATTEMPTS} attempts, as another process can
 *       take the free port, or a start begun by the killed ledger can complete, in between.
 *   <li>The roles and the database are created if they are missing. One role owns the database and its tables, the
 *       other is used by the application.
 *   <li>The durability settings are read back from the running server.
 * </ol>
 *
 * <p>Two ledgers never share a directory: {@code DataDirectory} holds a file lock. The lock of this object guards
 * {@code stopped}, so the server is stopped once. Statements and row values can contain personal data, so the options
 * keep them out of PostgreSQL's log.
 */
public final class PostgresServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresServer.class);
    private static final String SUPERUSER = "postgres";
    private static final String DATABASE = "ledger";
    private static final String OWNER = "ledger_owner";
    private static final String APPLICATION = "ledger";
    private static final int ATTEMPTS = 3;

    /** Recovery after a crash replays as much of the log as max_wal_size allows, which can take minutes. */
    private static final Duration START_LIMIT = Duration.ofMinutes(10);

    private static final Duration STOP_LIMIT = Duration.ofMinutes(2);

    /**
     * The settings without which an acknowledged command could be lost. They are set at the start and verified in the
     * running server.
     */
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
     * Starts the server, and creates its data directory if it is missing.
     *
     * @param files PostgreSQL's data directory; the caller holds the lock on it
     * @param programs the directory to unpack the programs into, for this start and later ones
     * @param password the superuser's password, set when the directory is created; those of the roles are derived from
     *     it
     * @param port 0 for any free port
     * @throws PostgresFailedException if the server can't be started, or runs without the durability settings
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

    /** The login of the role that the application uses. */
    public Login application() {
        return login(APPLICATION);
    }

    /** The login of the role that owns the tables and runs the migrations. */
    public Login owner() {
        return login(OWNER);
    }

    /** A role of the server and its password. */
    public record Login(String username, String password) {

        /** Hides the password. */
        @Override
        public String toString() {
            return "Login[" + username + "]";
        }
    }

    /** Derives a password for each role, so that a role's password doesn't open the others. */
    private Login login(String role) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(password.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            var derived = mac.doFinal(role.getBytes(StandardCharsets.UTF_8));
            return new Login(role, Base64.getUrlEncoder().withoutPadding().encodeToString(derived));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Lets running transactions commit or roll back, flushes everything to disk and stops the server. */
    @Override
    public synchronized void close() {
        if (!stopped) {
            stopped = true;
            stop(programs, files);
            LOG.info("PostgreSQL is stopped");
        }
    }

    /**
     * Creates the data directory under a temporary name and renames it when it is complete, so a directory that a
     * killed first start left incomplete is never used.
     */
    private static void makeFiles(PostgresPrograms programs, Path files, String password) throws IOException {
        var unfinished = files.resolveSibling(files.getFileName() + ".unfinished-" + UUID.randomUUID());
        var passwordFile = Files.createTempFile(
                "consent-ledger-", ".secret"); // createTempFile makes it readable for its owner only
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
                    "The files in " + files + " are of PostgreSQL " + ofFiles + ", but this ledger runs PostgreSQL "
                            + ofPrograms
                            + ". Dump them with the programs of the old ledger and restore them with those of the new one.",
                    null);
        }
    }

    /**
     * Starts the server with a few attempts. Between the check and the start, another process can take the free port,
     * or a start that a killed ledger had begun can complete.
     */
    private static int startProcess(PostgresPrograms programs, Path files, int wantedPort) throws IOException {
        PostgresFailedException failure = null;
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
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
                LOG.warn("PostgreSQL did not start at attempt {} of {}", attempt, ATTEMPTS);
            }
        }
        throw new PostgresFailedException(
                "PostgreSQL doesn't start; the reason is in " + files.resolveSibling("postgres.log"), failure);
    }

    private static String options(int port) {
        var settings = new LinkedHashMap<>(DURABILITY);
        settings.put("listen_addresses", "127.0.0.1");
        settings.put("port", Integer.toString(port));
        settings.put("unix_socket_directories", "");
        settings.put("timezone", "UTC");
        settings.put("log_timezone", "UTC");
        settings.put("jit", "off");
        // A read from the system's cache is faster than a hand-over to an I/O worker process
        settings.put("io_method", "sync");
        // Statements and row values can contain personal data, which must not reach the log.
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
        } else if (ServerProcesses.awaitExit(real, STOP_LIMIT)) {
            // After a reboot another program may have the process id, and PostgreSQL would refuse to start.
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
            LOG.warn(
                    "PostgreSQL doesn't stop with mode fast and is stopped with mode immediate; the next start recovers from its log",
                    e);
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
        try (var connection = connect(new Login(SUPERUSER, password), "postgres");
                var statement = connection.createStatement()) {
            for (var role : List.of(application(), owner())) {
                if (!hasRows(connection, "select 1 from pg_roles where rolname = '" + role.username() + "'")) {
                    statement.execute("create role " + role.username() + " login");
                }
                // Set at every start, as the first start may have been killed between the two statements.
                statement.execute("alter role " + role.username() + " password '" + role.password() + "'");
            }
            if (!hasRows(connection, "select 1 from pg_database where datname = '" + DATABASE + "'")) {
                statement.execute("create database " + DATABASE + " owner " + OWNER);
            }
        }
    }

    private void checkDurability() throws SQLException {
        try (var connection = connect(application(), DATABASE)) {
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

    private Connection connect(Login login, String database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/" + database, login.username(), login.password());
    }

    private static boolean hasRows(Connection connection, String query) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            return rows.next();
        }
    }
}
