package org.consentledger.command.gateway;

import com.github.benmanes.caffeine.cache.Caffeine;
import org.axonframework.common.caching.Cache;
import org.axonframework.config.ConfigurerModule;
import org.axonframework.messaging.correlation.CorrelationDataProvider;
import org.consentledger.kernel.provenance.Provenance;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.EnableScheduling;

/** Configures Axon's command side: idempotency, the metadata that events inherit, and the cache of people. */
@org.springframework.context.annotation.Configuration(proxyBeanMethods = false)
@EnableScheduling
class GatewayConfiguration {

    private static final int PEOPLE_REMEMBERED = 10_000;

    @Bean
    ConfigurerModule answerOnce(Idempotency idempotency) {
        return configurer -> configurer.onInitialize(
                axon -> axon.onStart(() -> axon.commandBus().registerHandlerInterceptor(new AnswerOnce(idempotency))));
    }

    /** Returns the metadata of an event: its provenance, and the command that caused it. */
    @Bean
    CorrelationDataProvider provenance() {
        return message -> Provenance.of(message.getMetaData())
                .causedBy(message.getIdentifier())
                .toMetaData();
    }

    /** Caches the most recently used people; see {@link AggregateCache}. */
    @Bean
    Cache personCache() {
        return new AggregateCache(
                Caffeine.newBuilder().maximumSize(PEOPLE_REMEMBERED).build());
    }
}
