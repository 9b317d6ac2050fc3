package org.consentledger.command.gateway;

import org.axonframework.config.ConfigurerModule;
import org.axonframework.messaging.correlation.CorrelationDataProvider;
import org.consentledger.kernel.provenance.Provenance;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.EnableScheduling;

/** Configures Axon's command side: idempotency, and the metadata that events inherit. */
@org.springframework.context.annotation.Configuration(proxyBeanMethods = false)
@EnableScheduling
class GatewayConfiguration {

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
}
