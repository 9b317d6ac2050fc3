package org.consentledger.foundation.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * Runs PostgreSQL's own binaries as a child process of the test's JVM and gives each caller a database of its own. The
 * server flushes to disk as in production, and has the same two roles. The owner migrates the schema once, into a
 * template database; each new database is a copy of it, which takes a tenth of the time of a migration.
 */
public final class PostgresForTests {

    /** The role that the application uses, without a password. */
    public static final String APPLICATION = "ledger";

    /** The role that owns the tables and runs the migrations, without a password. */
    public static final String OWNER = "ledger_owner";

    private static final AtomicInteger DATABASES = new AtomicInteger();

    private static final class Server {
        static final EmbeddedPostgres POSTGRES = start();
        static final String TEMPLATE = "ledger_template";

        static {
            execute("CREATE ROLE " + APPLICATION + " LOGIN");
            execute("CREATE ROLE " + OWNER + " LOGIN");
            execute("CREATE DATABASE " + TEMPLATE + " OWNER " + OWNER);
            Flyway.configure()
                    .dataSource(url(TEMPLATE), OWNER, "")
                    .placeholders(Map.of("application", APPLICATION))
                    .load()
                    .migrate();
        }

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

        static void execute(String sql) {
            try (var connection = POSTGRES.getPostgresDatabase().getConnection();
                    var statement = connection.createStatement()) {
                statement.execute(sql);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        static String url(String database) {
            return "jdbc:postgresql://127.0.0.1:%d/%s?reWriteBatchedInserts=true"
                    .formatted(POSTGRES.getPort(), database);
        }
    }

    /** Creates a database with the ledger's schema and returns its JDBC URL, without a user. */
    public static String newDatabase() {
        var name = "test_" + DATABASES.incrementAndGet();
        // FILE_COPY asks for a checkpoint each time; the schema is small, so copying it through the log is quicker.
        Server.execute(
                "CREATE DATABASE " + name + " OWNER " + OWNER + " TEMPLATE " + Server.TEMPLATE + " STRATEGY WAL_LOG");
        return Server.url(name);
    }

    /**
     * Creates a database with the ledger's schema behind a connection pool, as in production: opening a connection for
     * each statement would take longer than the statement itself. The pool's connections and threads end with the JVM.
     */
    public static DataSource newLedger() {
        var pool = new HikariConfig();
        pool.setJdbcUrl(newDatabase());
        pool.setUsername(APPLICATION);
        pool.setMaximumPoolSize(20);
        // All the test's ledgers share what one server can hold
        pool.setMinimumIdle(0);
        pool.setIdleTimeout(Duration.ofSeconds(10).toMillis());
        return new HikariDataSource(pool);
    }

    /** Returns a data source of the application's role, with a new connection for each use. */
    public static PGSimpleDataSource unpooled(String database) {
        var dataSource = new PGSimpleDataSource();
        dataSource.setUrl(database);
        dataSource.setUser(APPLICATION);
        return dataSource;
    }

    /**
     * Connects to a ledger's database as the owner of its tables, for what the application must not do: changing
     * recorded events, or the schema.
     */
    public static JdbcTemplate asOwner(JdbcTemplate application) {
        try (var connection = application.getDataSource().getConnection()) {
            return new JdbcTemplate(
                    new DriverManagerDataSource(connection.getMetaData().getURL(), OWNER, ""));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private PostgresForTests() {}
}
