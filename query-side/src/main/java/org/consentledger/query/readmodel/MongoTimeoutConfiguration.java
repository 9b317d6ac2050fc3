package org.consentledger.query.readmodel;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.mongodb.autoconfigure.MongoClientSettingsBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Limits how long a request waits for MongoDB before it is answered with status 503. The default of the driver, 30
 * seconds, is longer than an HTTP client waits.
 */
@Configuration(proxyBeanMethods = false)
class MongoTimeoutConfiguration {

    @Bean
    MongoClientSettingsBuilderCustomizer mongoServerSelectionTimeout(
            @Value("${ledger.read-models.mongodb-patience:5s}") Duration timeout) {
        return settings -> settings.applyToClusterSettings(
                cluster -> cluster.serverSelectionTimeout(timeout.toMillis(), MILLISECONDS));
    }
}
