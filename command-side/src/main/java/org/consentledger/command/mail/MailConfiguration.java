package org.consentledger.command.mail;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Brings the settings of e-mails in, and shows how many wait. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(MailSettings.class)
class MailConfiguration {

    @Bean
    MeterBinder outboxMetrics(Outbox outbox) {
        return registry -> {
            Gauge.builder("ledger.outbox.mails", outbox, Outbox::waiting)
                    .description("E-mails that were accepted and have no outcome yet")
                    .register(registry);
            Gauge.builder(
                            "ledger.outbox.oldest.age",
                            outbox,
                            all -> all.longestWait().toSeconds())
                    .description("For how long the oldest of them has been waiting")
                    .baseUnit("seconds")
                    .register(registry);
        };
    }
}
