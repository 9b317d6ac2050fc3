package org.consentledger.command;

import static java.util.Map.entry;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.Map;
import org.consentledger.foundation.store.PostgresForTests;
import org.consentledger.foundation.store.TestLedger;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.test.context.ContextConfiguration;

/** The whole command side on a PostgreSQL of its own, as it starts in production, but for the identity provider. */
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(properties = "spring.config.name=command-side")
@ContextConfiguration(initializers = CommandSideTest.OwnDatabase.class)
public @interface CommandSideTest {

    /** Tells the context where its database is. */
    final class OwnDatabase implements ApplicationContextInitializer<ConfigurableApplicationContext> {

        @Override
        public void initialize(ConfigurableApplicationContext context) {
            context.getEnvironment()
                    .getPropertySources()
                    .addFirst(new MapPropertySource(
                            "own database",
                            Map.ofEntries(
                                    entry("spring.datasource.url", PostgresForTests.newDatabase()),
                                    entry("spring.datasource.username", PostgresForTests.APPLICATION),
                                    entry("spring.datasource.password", ""),
                                    entry("spring.datasource.hikari.maximum-pool-size", 20),
                                    entry("spring.flyway.user", PostgresForTests.OWNER),
                                    entry("spring.flyway.password", ""),
                                    entry(
                                            "spring.security.oauth2.resourceserver.jwt.issuer-uri",
                                            "http://127.0.0.1:1/"),
                                    entry("ledger.keys.encryption-key", TestLedger.SECRETS.encryptionKey()),
                                    entry("ledger.keys.lookup-secret", TestLedger.SECRETS.lookupSecret()),
                                    entry("ledger.links.keys", TestLedger.SECRETS.encryptionKey()),
                                    entry("ledger.links.base-url", "https://ledger.example.org"))));
        }
    }
}
