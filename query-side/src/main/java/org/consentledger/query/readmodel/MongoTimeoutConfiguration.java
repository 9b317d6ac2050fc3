package org.consentledger.query.readmodel;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.mongodb.autoconfigure.MongoClientSettingsBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** How long a request waits for MongoDB before it is answered 503. The driver's own 30 seconds nobody waits for. */
@Configuration(proxyBeanMethods = false)
class MongoTimeoutConfiguration {

    @Bean
    MongoClientSettingsBuilderCustomizer mongoPatience(
            @Value("${ledger.read-models.mongodb-patience:5s}") Duration patience) {
        return settings -> settings.applyToClusterSettings(
                cluster -> cluster.serverSelectionTimeout(patience.toMillis(), MILLISECONDS));
    }
}
