package org.consentledger.standalone;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
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
        return new Side(program, environment(), issuer);
    }

    /** Starts a side from the classes, with settings of the test's own. */
    Side start(Side.Program program, List<String> settings) {
        return new Side(program, environment(), settings, issuer);
    }

    private Map<String, String> environment() {
        return Map.of(
                "LEDGER_POSTGRES_URL",
                postgres.jdbcUrl(),
                "LEDGER_POSTGRES_USER",
                postgres.username(),
                "LEDGER_POSTGRES_PASSWORD",
                postgres.password(),
                "LEDGER_MONGODB_URI",
                "mongodb://127.0.0.1:" + mongoPort + "/ledger",
                "LEDGER_ISSUER_URI",
                issuer.uri(),
                "LEDGER_KEY_ENCRYPTION_KEY",
                KEY,
                "LEDGER_LINK_KEYS",
                KEY,
                "LEDGER_PUBLIC_URL",
                "https://ledger.example.org",
                "LEDGER_LOOKUP_SECRET",
                KEY);
    }

    @Override
    public void close() {
        mongo.shutdownNow();
        postgres.close();
        issuer.close();
    }
}
