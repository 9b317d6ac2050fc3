package org.consentledger.standalone;

import static java.util.Map.entry;

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
 * Starts the embedded stores before the application context needs them. It takes the data directory, reads or creates
 * its secrets, starts PostgreSQL and the MongoDB-wire server, and sets the properties by which an operator configures
 * the two sides. The stores are closed after all beans that use them.
 */
final class EmbeddedStores implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedStores.class);
    private static final String LOOPBACK = "127.0.0.1";

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        var started = new Started();
        // Closes the stores if the start fails before the context can close its beans.
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
        setProperties(environment, keys, linkKeys, postgres, mongodb(environment, started));
        var beans = (DefaultListableBeanFactory) context.getBeanFactory();
        beans.registerSingleton("dataDirectory", directory);
        beans.registerSingleton("ledgerKeys", keys);
        beans.registerSingleton("credentials", credentials);
        // Registered first, so destroyed last.
        beans.registerDisposableBean("embeddedStores", started::close);
    }

    /** The URI of the configured MongoDB, or that of an in-memory server, which is started. */
    private static String mongodb(ConfigurableEnvironment environment, Started started) {
        var configured = environment.getProperty("ledger.mongodb.uri", "");
        if (!configured.isBlank()) {
            return configured;
        }
        var server = new MongoServer(new MemoryBackend());
        started.add(server::shutdownNow);
        server.bind(new InetSocketAddress(
                InetAddress.ofLiteral(LOOPBACK), environment.getProperty("ledger.mongodb.port", Integer.class, 0)));
        return "mongodb://" + LOOPBACK + ":" + server.getLocalAddress().getPort() + "/ledger";
    }

    private static Path programs(ConfigurableEnvironment environment, DataDirectory directory) {
        var configured = environment.getProperty("ledger.postgres.programs-dir", "");
        return configured.isBlank() ? directory.path().resolve("programs") : Path.of(configured);
    }

    private static void setProperties(
            ConfigurableEnvironment environment,
            Keys keys,
            LinkKeys linkKeys,
            PostgresServer postgres,
            String mongodb) {
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        "embedded stores",
                        Map.ofEntries(
                                entry("spring.datasource.url", postgres.jdbcUrl()),
                                entry(
                                        "spring.datasource.username",
                                        postgres.application().username()),
                                entry(
                                        "spring.datasource.password",
                                        postgres.application().password()),
                                entry("spring.flyway.user", postgres.owner().username()),
                                entry("spring.flyway.password", postgres.owner().password()),
                                entry("spring.mongodb.uri", mongodb),
                                entry("ledger.keys.encryption-key", keys.encryptionKey()),
                                entry("ledger.keys.lookup-secret", keys.lookupSecret()),
                                entry(
                                        "spring.security.oauth2.client.registration.ledger.client-secret",
                                        keys.webClientSecret()),
                                entry("ledger.links.keys", String.join(",", linkKeys.keys())))));
    }

    /**
     * The resources that were started. They are closed once, in the reverse order. The lock of this object guards
     * {@code parts}: the context and the shutdown hook close from different threads.
     */
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
                    LOG.warn("An embedded store could not be closed properly", e); // the others still have to be closed
                }
            }
        }
    }
}
