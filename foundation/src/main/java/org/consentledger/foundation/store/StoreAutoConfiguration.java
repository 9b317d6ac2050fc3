package org.consentledger.foundation.store;

import javax.sql.DataSource;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.upcasting.event.EventUpcaster;
import org.axonframework.serialization.upcasting.event.EventUpcasterChain;
import org.axonframework.spring.messaging.unitofwork.SpringTransactionManager;
import org.consentledger.foundation.privacy.PersonKeys;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Configures the event store. Axon orders its own auto-configurations after class names of Spring Boot 3, which Spring
 * Boot 4 doesn't have. This configuration puts them after those of Spring Boot 4. Otherwise Axon would create no event
 * store, and a transaction manager that does nothing.
 */
@AutoConfiguration(
        after = org.consentledger.foundation.privacy.PrivacyAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration",
            "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration"
        },
        beforeName = {
            "org.axonframework.springboot.autoconfig.JpaAutoConfiguration",
            "org.axonframework.springboot.autoconfig.JdbcAutoConfiguration",
            "org.axonframework.springboot.autoconfig.TransactionAutoConfiguration",
            "org.axonframework.springboot.autoconfig.NoOpTransactionAutoConfiguration",
            "org.axonframework.springboot.autoconfig.ObjectMapperAutoConfiguration",
            "org.axonframework.springboot.autoconfig.AxonAutoConfiguration"
        })
@EnableConfigurationProperties(StoreSettings.class)
public class StoreAutoConfiguration {

    @Bean
    TransactionManager axonTransactionManager(PlatformTransactionManager transactions) {
        return new SpringTransactionManager(transactions);
    }

    /** The serializer of events, tokens and dead letters. */
    @Bean
    @Primary
    LedgerSerializer serializer(PersonKeys keys) {
        return new LedgerSerializer(keys);
    }

    /**
     * A separate bean, because a bean with several names doesn't keep Axon from creating its own general serializer.
     */
    @Bean
    LedgerSerializer eventSerializer(@Qualifier("serializer") LedgerSerializer serializer) {
        return serializer;
    }

    @Bean
    LedgerSerializer messageSerializer(@Qualifier("serializer") LedgerSerializer serializer) {
        return serializer;
    }

    @Bean
    LedgerEngine eventStorageEngine(
            DataSource dataSource,
            PlatformTransactionManager transactions,
            @Qualifier("eventSerializer") Serializer serializer,
            PersonKeys keys,
            ObjectProvider<AppendParticipant> participants,
            ObjectProvider<EventUpcaster> upcasters,
            StoreSettings settings) {
        return LedgerEngine.over(
                new JdbcTemplate(dataSource),
                transactions,
                serializer,
                keys,
                participants.orderedStream().toList(),
                new EventUpcasterChain(upcasters.orderedStream().toList()),
                settings.pageSize());
    }

    @Bean
    EmbeddedEventStore eventStore(LedgerEngine engine, StoreSettings settings) {
        return EmbeddedEventStore.builder()
                .storageEngine(engine)
                .fetchDelay(settings.pollInterval().toMillis())
                .cachedEvents(settings.cachedEvents())
                .build();
    }
}
