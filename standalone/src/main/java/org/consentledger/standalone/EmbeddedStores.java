package org.consentledger.standalone;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.consentledger.standalone.postgres.PostgresServer;
import org.consentledger.standalone.secrets.Credentials;
import org.consentledger.standalone.secrets.DataDirectory;
import org.consentledger.standalone.secrets.Keys;
import org.consentledger.standalone.secrets.LinkKeys;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Starts what the ledger stands on before there is a context that needs it: takes the data directory, makes or reads
 * its secrets, starts PostgreSQL and the MongoDB-wire server, and tells the context where they are by the same settings
 * that an operator gives to the two sides. They end after everything that uses them.
 */
final class EmbeddedStores implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedStores.class);
    private static final String LOOPBACK = "127.0.0.1";

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        var started = new Started();
        // For a start that fails before the context could close what it was given.
        SpringApplication.getShutdownHandlers().add(started::close);
        try {
            start(context, started);
        } catch (RuntimeException e) {
            started.close();
            throw e;
        }
    }

    private static void start(ConfigurableApplicationContext context, Started started) {
        var environment = context.getEnvironment();
        var directory = DataDirectory.take(Path.of(environment.getProperty("ledger.data-dir", "data")));
        started.add(directory);
        var keys = Keys.of(directory);
        var linkKeys = LinkKeys.of(directory);
        var credentials = Credentials.of(directory);
        var postgres = PostgresServer.start(
                directory.postgres(),
                programs(environment, directory),
                keys.postgresPassword(),
                environment.getProperty("ledger.postgres.port", Integer.class, 0));
        started.add(postgres);
        tell(environment, keys, linkKeys, postgres, mongodb(environment, started));
        var beans = (DefaultListableBeanFactory) context.getBeanFactory();
        beans.registerSingleton("dataDirectory", directory);
        beans.registerSingleton("ledgerKeys", keys);
        beans.registerSingleton("credentials", credentials);
        // The first to be registered is the last to be destroyed.
        beans.registerDisposableBean("embeddedStores", started::close);
    }

    /** The address of the MongoDB of the settings, or of one in memory that is started. */
    private static String mongodb(ConfigurableEnvironment environment, Started started) {
        var elsewhere = environment.getProperty("ledger.mongodb.uri", "");
        if (!elsewhere.isBlank()) {
            return elsewhere;
        }
        var server = new MongoServer(new MemoryBackend());
        started.add(server::shutdownNow);
        server.bind(new InetSocketAddress(
                InetAddress.ofLiteral(LOOPBACK), environment.getProperty("ledger.mongodb.port", Integer.class, 0)));
        return "mongodb://" + LOOPBACK + ":" + server.getLocalAddress().getPort() + "/ledger";
    }

    private static Path programs(ConfigurableEnvironment environment, DataDirectory directory) {
        var elsewhere = environment.getProperty("ledger.postgres.programs-dir", "");
        return elsewhere.isBlank() ? directory.path().resolve("programs") : Path.of(elsewhere);
    }

    private static void tell(
            ConfigurableEnvironment environment,
            Keys keys,
            LinkKeys linkKeys,
            PostgresServer postgres,
            String mongodb) {
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        "embedded stores",
                        Map.of(
                                "spring.datasource.url", postgres.jdbcUrl(),
                                "spring.datasource.username", postgres.username(),
                                "spring.datasource.password", postgres.password(),
                                "spring.mongodb.uri", mongodb,
                                "ledger.keys.encryption-key", keys.encryptionKey(),
                                "ledger.keys.lookup-secret", keys.lookupSecret(),
                                "spring.security.oauth2.client.registration.ledger.client-secret",
                                        keys.webClientSecret(),
                                "ledger.links.keys", String.join(",", linkKeys.keys()))));
    }

    /** What was started, to be ended in the opposite order, once. */
    private static final class Started {

        private final Deque<AutoCloseable> parts = new ArrayDeque<>();

        synchronized void add(AutoCloseable part) {
            parts.push(part);
        }

        synchronized void close() {
            while (!parts.isEmpty()) {
                try {
                    parts.pop().close();
                } catch (Exception e) {
                    LOG.warn("Not ended in good order", e); // the others still have to end
                }
            }
        }
    }
}
