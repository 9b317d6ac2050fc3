package org.consentledger.standalone.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.consentledger.standalone.secrets.DataDirectory;
import org.consentledger.standalone.secrets.DataDirectoryInUseException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresServerTest {

    private static final Path PROGRAMS = Path.of("target", "postgres-programs");
    private static final String PASSWORD = "only-for-this-test";

    @TempDir
    Path parent;

    /** These tests change nothing, so one server answers all of them. */
    @Nested
    class A_running_server {

        @TempDir
        static Path directory;

        private static PostgresServer server;

        @BeforeAll
        static void startOnce() {
            server = PostgresServer.start(directory.resolve("postgres"), PROGRAMS, PASSWORD, 0);
        }

        @AfterAll
        static void stop() {
            server.close();
        }

        @Test
        void acknowledged_commits_are_on_disk() throws SQLException {
            for (var promise : List.of("fsync", "synchronous_commit", "full_page_writes", "data_checksums")) {
                assertThat(answer(server, "show " + promise)).as(promise).isEqualTo("on");
            }
        }

        @Test
        void only_this_machine_can_connect_and_only_with_the_password() throws SQLException {
            assertThat(answer(server, "show listen_addresses")).isEqualTo("127.0.0.1");
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> DriverManager.getConnection(
                                    server.jdbcUrl(), server.owner().username(), "wrong")
                            .close())
                    .withMessageContaining("password authentication failed");
        }

        @Test
        void the_ledger_is_not_a_superuser() throws SQLException {
            assertThat(answer(server, "select rolsuper from pg_roles where rolname = current_user"))
                    .isEqualTo("f");
        }
    }

    @Test
    void data_survives_a_stop() throws SQLException {
        try (var server = start();
                var connection = DriverManager.getConnection(
                        server.jdbcUrl(),
                        server.owner().username(),
                        server.owner().password());
                var statement = connection.createStatement()) {
            statement.execute("create table fact as select 42 as number");
        }
        assertThat(parent.resolve("postgres").resolve("postmaster.pid")).doesNotExist();
        try (var server = start()) {
            assertThat(answer(server, "select number from fact")).isEqualTo("42");
        }
    }

    @Test
    void acknowledged_commits_survive_a_kill_and_the_server_is_replaced() throws Exception {
        var killed = startLedgerToKill();
        long acknowledged;
        try (var output = killed.inputReader(StandardCharsets.UTF_8)) {
            long last = 0;
            while (last < 200) {
                last = Math.max(last, recorded(output.readLine()));
            }
            assertThatExceptionOfType(DataDirectoryInUseException.class)
                    .isThrownBy(() -> DataDirectory.take(parent))
                    .withMessageContaining(Long.toString(killed.pid()));
            killed.toHandle().destroyForcibly(); // the process itself would close the pipe with what is in it
            killed.waitFor();
            acknowledged =
                    output.lines().mapToLong(PostgresServerTest::recorded).max().orElse(last);
        }
        long orphan = pid();
        assertThat(ServerProcesses.isServerOf(orphan, postgresFiles())).isTrue();

        try (var held = DataDirectory.take(parent);
                var server = start()) {
            assertThat(Long.parseLong(answer(server, "select count(*) from fact")))
                    .isGreaterThanOrEqualTo(acknowledged);
            assertThat(pid()).isNotEqualTo(orphan);
            assertThat(ServerProcesses.isServerOf(orphan, postgresFiles())).isFalse();
        }
    }

    @Test
    void another_process_with_the_process_id_of_a_dead_server_is_not_stopped() throws Exception {
        start().close();
        var stranger = new ProcessBuilder("sleep", "600").start();
        try {
            Files.writeString(
                    postgresFiles().resolve("postmaster.pid"),
                    stranger.pid() + "\n" + postgresFiles() + "\n1700000000\n5432\n\n127.0.0.1\n  1 1\nready\n");

            try (var server = start()) {
                assertThat(answer(server, "select 1")).isEqualTo("1");
            }
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroyForcibly();
        }
    }

    @Test
    void an_interrupted_first_start_is_repeated() throws Exception {
        Files.createDirectories(parent.resolve("postgres.unfinished-1").resolve("base"));

        try (var server = start()) {
            assertThat(answer(server, "select 1")).isEqualTo("1");
        }
        assertThat(parent.resolve("postgres.unfinished-1")).doesNotExist();
    }

    @Test
    void files_of_another_postgresql_are_not_touched() throws IOException {
        Files.createDirectories(parent.resolve("postgres"));
        Files.writeString(parent.resolve("postgres").resolve("PG_VERSION"), "14\n");

        assertThatExceptionOfType(PostgresFailedException.class)
                .isThrownBy(this::start)
                .withMessageContaining("PostgreSQL 14");
    }

    private PostgresServer start() {
        return PostgresServer.start(parent.resolve("postgres"), PROGRAMS, PASSWORD, 0);
    }

    private Process startLedgerToKill() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LedgerToKill.class.getName(),
                        parent.toString(),
                        PROGRAMS.toString(),
                        PASSWORD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** Between the acknowledgements are log lines; the last line may be cut short by the kill. */
    private static long recorded(String line) {
        return line.matches("recorded \\d+") ? Long.parseLong(line.substring("recorded ".length())) : 0;
    }

    private Path postgresFiles() throws IOException {
        return parent.resolve("postgres").toRealPath();
    }

    private long pid() throws IOException {
        try (var lines = Files.lines(postgresFiles().resolve("postmaster.pid"))) {
            return Long.parseLong(lines.findFirst().orElseThrow().strip());
        }
    }

    private static String answer(PostgresServer server, String query) throws SQLException {
        try (var connection = DriverManager.getConnection(
                        server.jdbcUrl(),
                        server.owner().username(),
                        server.owner().password());
                var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }
}
