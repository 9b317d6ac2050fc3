package org.consentledger.query.testing;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.consentledger.foundation.store.PostgresForTests;
import org.consentledger.foundation.store.TestLedger;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;

/**
 * Gives each application context an empty database on both servers, and the secrets that the environment would give.
 */
class FreshStores implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    private static final AtomicInteger DATABASES = new AtomicInteger();

    private static final class Mongo {
        static final InetSocketAddress ADDRESS = new MongoServer(new MemoryBackend()).bind();
    }

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        context.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        "fresh stores",
                        Map.of(
                                "spring.datasource.url",
                                PostgresForTests.newDatabase(),
                                "spring.datasource.username",
                                PostgresForTests.APPLICATION,
                                "spring.datasource.password",
                                "",
                                "spring.flyway.enabled",
                                "false",
                                "LEDGER_MONGODB_URI",
                                "mongodb://127.0.0.1:%d/test_%d"
                                        .formatted(Mongo.ADDRESS.getPort(), DATABASES.incrementAndGet()),
                                "LEDGER_ISSUER_URI",
                                "http://127.0.0.1:1/unused",
                                "LEDGER_KEY_ENCRYPTION_KEY",
                                TestLedger.SECRETS.encryptionKey(),
                                "LEDGER_LOOKUP_SECRET",
                                TestLedger.SECRETS.lookupSecret(),
                                "ledger.read-models.dead-letter-retry",
                                "1h",
                                // So that a few facts fill several pages already
                                "ledger.read-models.rebuild-page-size",
                                "200")));
    }
}
