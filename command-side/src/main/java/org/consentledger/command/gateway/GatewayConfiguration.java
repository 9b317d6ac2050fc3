package org.consentledger.command.gateway;

import org.axonframework.messaging.correlation.CorrelationDataProvider;
import org.consentledger.kernel.provenance.Provenance;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.EnableScheduling;

/** Configures Axon's command side: the metadata that events inherit. */
@org.springframework.context.annotation.Configuration(proxyBeanMethods = false)
@EnableScheduling
class GatewayConfiguration {

    /** Returns the metadata of an event: its provenance, and the command that caused it. */
    @Bean
    CorrelationDataProvider provenance() {
        return message -> Provenance.of(message.getMetaData())
                .causedBy(message.getIdentifier())
                .toMetaData();
    }
}
