package org.consentledger.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.consentledger.standalone.Side.Program.COMMAND_SIDE;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.consentledger.foundation.store.LedgerEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * One of two command sides is frozen by SIGSTOP while it holds the append lock. The other one answers within ten
 * seconds, and when the frozen one goes on, nothing is lost or recorded twice. It takes half a minute, so it belongs to
 * the long doses.
 */
@EnabledIfSystemProperty(named = "ledger.tests.full", matches = "true")
class FrozenWriterTest {

    private static final Duration TIME_TO_ANSWER = Duration.ofSeconds(10);
    private static final Duration TIME_TO_RECOVER = Duration.ofSeconds(60);
    private static final int PEOPLE = 12_000;

    /** The names by which PostgreSQL tells the two processes apart. */
    private static final List<String> NAMES = List.of("first", "second");

    @TempDir
    Path data;

    @Test
    void a_process_that_is_frozen_at_the_append_lock_does_not_stop_the_other_one() throws Exception {
        try (var stores = new SharedStores(data);
                var postgres = stores.connect();
                var first = start(stores, NAMES.getFirst());
                var second = start(stores, NAMES.getLast())) {
            Api.json(201, register(first, "ada@example.org"));
            var imported = Api.json(202, upload(first));

            var frozen = freezeAtTheLock(postgres, first, second);
            var other = frozen == first ? second : first;
            var since = Instant.now();
            try {
                Api.json(201, register(other, "eve@example.org"));
                Api.json(200, optOut(other, "ada@example.org"));
                assertThat(Duration.between(since, Instant.now())).isLessThan(TIME_TO_ANSWER);
            } finally {
                frozen.process().thaw();
            }

            Api.json(200, optOut(frozen, "eve@example.org"));
            await().atMost(TIME_TO_RECOVER)
                    .until(() -> status(other, imported.get("id").asString()).equals("COMPLETED"));
            assertThat(numbers(postgres, "SELECT total, processed, changed, unchanged, failed FROM job"))
                    .containsExactly((long) PEOPLE, (long) PEOPLE, (long) PEOPLE, 0L, 0L);
            assertThat(numbers(postgres, "SELECT count(*) FROM person")).containsExactly(PEOPLE + 2L);
            assertThat(numbers(postgres, "SELECT count(*), count(DISTINCT (stream, version)) FROM event"))
                    .as("a registration for each person, and two opt-outs")
                    .containsExactly(PEOPLE + 4L, PEOPLE + 4L);
            assertThat(numbers(postgres, """
                                SELECT count(*) FROM (SELECT stream FROM event GROUP BY stream
                                  HAVING max(version) <> count(*)) AS with_gaps""")).containsExactly(0L);
        }
    }

    private static Side start(SharedStores stores, String name) {
        return stores.start(
                COMMAND_SIDE,
                List.of(
                        "--spring.datasource.url=" + stores.jdbcUrl() + "&ApplicationName=" + name,
                        "--ledger.jobs.lease=3s",
                        // The longer an append takes, the sooner a process is frozen in the middle of it
                        "--ledger.jobs.chunk-size=2000"));
    }

    /** Freezes the process that appends until it is frozen with the lock, and not just after the commit. */
    private static Side freezeAtTheLock(Connection postgres, Side first, Side second) throws SQLException {
        var deadline = Instant.now().plus(TIME_TO_RECOVER);
        while (Instant.now().isBefore(deadline)) {
            var holder = holderOfTheLock(postgres, false);
            if (!holder.isEmpty()) {
                var side = holder.equals(NAMES.getFirst()) ? first : second;
                side.process().freeze();
                if (staysLocked(postgres, holder)) {
                    return side;
                }
                side.process().thaw();
            }
        }
        throw new AssertionError("No process could be frozen while it held the append lock");
    }

    /** Tells whether PostgreSQL has nothing left to do for the holder, and waits for its next statement. */
    private static boolean staysLocked(Connection postgres, String holder) throws SQLException {
        while (holderOfTheLock(postgres, false).equals(holder)) {
            if (holderOfTheLock(postgres, true).equals(holder)) {
                return true;
            }
        }
        return false;
    }

    private static String holderOfTheLock(Connection postgres, boolean idle) throws SQLException {
        try (var statement = postgres.prepareStatement("""
                SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)
                WHERE locktype = 'advisory' AND granted AND (classid::bigint << 32 | objid::bigint) = ?
                  AND (state = 'idle in transaction' OR NOT ?)""")) {
            statement.setLong(1, LedgerEngine.APPEND_LOCK);
            statement.setBoolean(2, idle);
            try (var row = statement.executeQuery()) {
                return row.next() ? row.getString(1) : "";
            }
        }
    }

    private static HttpResponse<String> register(Side side, String email) {
        return side.api().send("operator", "POST", "/api/people", """
                {"emails":["%s"],"source":{"type":"MANUAL_UPLOAD"}}""".formatted(email));
    }

    private static HttpResponse<String> optOut(Side side, String email) {
        return side.api().send("operator", "POST", "/api/unsubscribes", "{\"email\":\"%s\"}".formatted(email));
    }

    private static HttpResponse<String> upload(Side side) {
        var file = "First Name,Email\n"
                + IntStream.range(0, PEOPLE)
                        .mapToObj("First%1$d,person%1$d@example.org\n"::formatted)
                        .collect(Collectors.joining());
        var form = """
                --form\r
                Content-Disposition: form-data; name="file"; filename="contacts.csv"\r
                Content-Type: text/csv\r
                \r
                %s\r
                --form--\r
                """.formatted(file);
        return side.api()
                .send(side.api()
                        .authorized("operator", "/api/imports")
                        .header("Content-Type", "multipart/form-data; boundary=form")
                        .POST(BodyPublishers.ofString(form, UTF_8)));
    }

    private static String status(Side side, String job) {
        return Api.json(200, side.api().get("operator", "/api/imports/" + job))
                .get("status")
                .asString();
    }

    private static List<Long> numbers(Connection postgres, String query) throws SQLException {
        try (var statement = postgres.createStatement();
                var row = statement.executeQuery(query)) {
            assertThat(row.next()).isTrue();
            return all(row);
        }
    }

    private static List<Long> all(ResultSet row) throws SQLException {
        var numbers = new ArrayList<Long>();
        for (int column = 1; column <= row.getMetaData().getColumnCount(); column++) {
            numbers.add(row.getLong(column));
        }
        return numbers;
    }
}
