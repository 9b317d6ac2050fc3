package org.consentledger.foundation.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Starts PostgreSQL's own binaries as a child process of the test's JVM, and stops it with the JVM. Each caller gets a
 * database of its own. The server flushes to disk as in production, so that tests have production's timing and
 * durability.
 */
public final class PostgresForTests {

    private static final AtomicInteger DATABASES = new AtomicInteger();

    private static final class Server {
        static final EmbeddedPostgres POSTGRES = start();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder()
                        .setServerConfig("fsync", "on")
                        .setServerConfig("synchronous_commit", "on")
                        .setServerConfig("full_page_writes", "on")
                        .setServerConfig("io_method", "sync") // like the standalone server
                        .setServerConfig("max_connections", "200")
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Creates an empty database and returns its JDBC address; user {@code postgres}, no password. */
    public static String newDatabase() {
        var name = "test_" + DATABASES.incrementAndGet();
        try (var connection = Server.POSTGRES.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
        return "jdbc:postgresql://127.0.0.1:%d/%s?user=postgres&reWriteBatchedInserts=true"
                .formatted(Server.POSTGRES.getPort(), name);
    }

    /**
     * Creates a database with the ledger's schema, behind a connection pool as in production: opening a connection for
     * each statement would take longer than the statement itself. The pool's connections and threads end with the JVM.
     */
    public static DataSource newLedger() {
        var url = newDatabase();
        var bare = new PGSimpleDataSource();
        bare.setUrl(url);
        Flyway.configure().dataSource(bare).load().migrate();
        var pool = new HikariConfig();
        pool.setJdbcUrl(url);
        pool.setMaximumPoolSize(20);
        // All ledgers of the tests share the connections of one server
        pool.setMinimumIdle(0);
        pool.setIdleTimeout(Duration.ofSeconds(10).toMillis());
        return new HikariDataSource(pool);
    }

    private PostgresForTests() {}
}
