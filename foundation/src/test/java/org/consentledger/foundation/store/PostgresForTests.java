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
 * PostgreSQL's own binaries as a child of the test's JVM, ended with it; each caller gets a database of its own. It
 * flushes to disk as in production, so that what a test sees is what a user gets.
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
                        .setServerConfig("io_method", "sync") // as the standalone server
                        .setServerConfig("max_connections", "200")
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The JDBC address of a new, empty database; user {@code postgres}, no password. */
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
     * A new database with the ledger's schema, behind a pool as in production: a connection of its own for each
     * statement would take longer than what the statement does. The pool's connections and threads end with the JVM.
     */
    public static DataSource newLedger() {
        var url = newDatabase();
        var bare = new PGSimpleDataSource();
        bare.setUrl(url);
        Flyway.configure().dataSource(bare).load().migrate();
        var pool = new HikariConfig();
        pool.setJdbcUrl(url);
        pool.setMaximumPoolSize(20);
        // All the test's ledgers share what one server can hold
        pool.setMinimumIdle(0);
        pool.setIdleTimeout(Duration.ofSeconds(10).toMillis());
        return new HikariDataSource(pool);
    }

    private PostgresForTests() {}
}
