package org.consentledger.command;

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
                            Map.of(
                                    "spring.datasource.url",
                                    PostgresForTests.newDatabase(),
                                    "spring.datasource.username",
                                    "postgres",
                                    "spring.datasource.password",
                                    "",
                                    "spring.datasource.hikari.maximum-pool-size",
                                    20,
                                    "spring.security.oauth2.resourceserver.jwt.issuer-uri",
                                    "http://127.0.0.1:1/",
                                    "ledger.keys.encryption-key",
                                    TestLedger.SECRETS.encryptionKey(),
                                    "ledger.keys.lookup-secret",
                                    TestLedger.SECRETS.lookupSecret(),
                                    "ledger.links.keys",
                                    TestLedger.SECRETS.encryptionKey(),
                                    "ledger.links.base-url",
                                    "https://ledger.example.org")));
        }
    }
}
