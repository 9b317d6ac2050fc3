package org.consentledger.standalone;

import static java.util.Map.entry;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.consentledger.standalone.postgres.PostgresServer;

/**
 * What the two sides share when they are programs of their own: a PostgreSQL server, a MongoDB-wire server and an
 * issuer of tokens. Both servers can go away and come back at the same address.
 */
final class SharedStores implements AutoCloseable {

    private static final String KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

    private final Path data;
    private final int postgresPort = JavaProcess.freePort();
    private final int mongoPort = JavaProcess.freePort();
    private final TestIssuer issuer = new TestIssuer();
    private PostgresServer postgres;
    private MongoServer mongo;

    SharedStores(Path data) {
        this.data = data;
        startPostgres();
        startMongo();
    }

    void startPostgres() {
        postgres =
                PostgresServer.start(data.resolve("postgres"), LedgerProcess.PROGRAMS, "only-for-tests", postgresPort);
    }

    /** Ends the server as an operator does who is in a hurry: transactions are rolled back, connections are cut. */
    void stopPostgres() {
        postgres.close();
    }

    /** Connects to PostgreSQL as the application does. */
    Connection connect() throws SQLException {
        return DriverManager.getConnection(
                postgres.jdbcUrl(),
                postgres.application().username(),
                postgres.application().password());
    }

    String jdbcUrl() {
        return postgres.jdbcUrl();
    }

    /** Starts an empty server. */
    void startMongo() {
        mongo = new MongoServer(new MemoryBackend());
        mongo.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), mongoPort));
    }

    /** Ends the server; nothing that it knew is left. */
    void stopMongo() {
        mongo.shutdownNow();
    }

    /** Starts a side as it is shipped. */
    Side start(Side.Program program) {
        return new Side(program, environment(program), issuer);
    }

    /** Starts a side from the classes, with settings of the test's own. */
    Side start(Side.Program program, List<String> settings) {
        return new Side(program, environment(program), settings, issuer);
    }

    private Map<String, String> environment(Side.Program program) {
        var environment = new HashMap<>(Map.ofEntries(
                entry("LEDGER_POSTGRES_URL", postgres.jdbcUrl()),
                entry("LEDGER_POSTGRES_USER", postgres.application().username()),
                entry("LEDGER_POSTGRES_PASSWORD", postgres.application().password()),
                entry("LEDGER_MONGODB_URI", "mongodb://127.0.0.1:" + mongoPort + "/ledger"),
                entry("LEDGER_ISSUER_URI", issuer.uri()),
                entry("LEDGER_KEY_ENCRYPTION_KEY", KEY),
                entry("LEDGER_LINK_KEYS", KEY),
                entry("LEDGER_PUBLIC_URL", "https://ledger.example.org"),
                entry("LEDGER_LOOKUP_SECRET", KEY)));
        if (program == Side.Program.COMMAND_SIDE) {
            environment.put("LEDGER_POSTGRES_OWNER_USER", postgres.owner().username());
            environment.put("LEDGER_POSTGRES_OWNER_PASSWORD", postgres.owner().password());
        }
        return environment;
    }

    @Override
    public void close() {
        mongo.shutdownNow();
        postgres.close();
        issuer.close();
    }
}
