package org.consentledger.query.readmodel;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import java.util.List;
import org.axonframework.common.transaction.NoTransactionManager;
import org.axonframework.config.Configuration;
import org.axonframework.config.ConfigurerModule;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.serialization.Serializer;
import org.consentledger.foundation.store.LedgerEngine;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.data.mongodb.MongoDatabaseFactory;

/**
 * Gives each {@link ReadModel} a processing group of its name, with a token and a dead-letter queue in the same MongoDB
 * database as its documents, so that all of them are lost and restored together.
 */
@org.springframework.context.annotation.Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ReadModelSettings.class)
class ReadModelsConfiguration {

    @Bean
    LiveCollections liveCollections(MongoDatabaseFactory mongo, Clock clock) {
        return new LiveCollections(mongo.getMongoDatabase(), clock);
    }

    @Bean
    Tokens readModelTokens(MongoDatabaseFactory mongo, @Qualifier("serializer") Serializer serializer) {
        return new Tokens(mongo.getMongoDatabase().getCollection(Tokens.COLLECTION), serializer);
    }

    @Bean
    AxonMongoStores axonBooks(MongoDatabaseFactory mongo, @Qualifier("serializer") Serializer serializer) {
        return new AxonMongoStores(mongo.getMongoDatabase(), serializer);
    }

    @Bean
    ReadModels readModels(
            List<ReadModel> models,
            LiveCollections collections,
            LedgerEngine engine,
            Tokens tokens,
            AxonMongoStores stores,
            ObjectProvider<Configuration> axon,
            ReadModelSettings settings) {
        return new ReadModels(models, collections, engine, tokens, stores, axon, settings);
    }

    @Bean
    ReadModelsHealth readModelsHealthIndicator(ReadModels models) {
        return new ReadModelsHealth(models);
    }

    @Bean
    MeterBinder readModelMetrics(ReadModels models) {
        return registry -> {
            for (var model : models.all()) {
                Gauge.builder("ledger.read.model.lag", model, models::lagOf)
                        .description("Lag: number of events between the read model and the head of the ledger")
                        .tag("model", model.name())
                        .register(registry);
                Gauge.builder(
                                "ledger.read.model.dead.letters",
                                model,
                                one -> models.deadLettersOf(one).size())
                        .description("Events that the read model failed to fold")
                        .tag("model", model.name())
                        .register(registry);
            }
        };
    }

    @Bean(destroyMethod = "close")
    NotifyingEventSource promptSource(EmbeddedEventStore store) {
        return new NotifyingEventSource(store);
    }

    @Bean
    ConfigurerModule readModelProcessors(
            List<ReadModel> models,
            LiveCollections collections,
            AxonMongoStores stores,
            NotifyingEventSource source,
            ReadModelSettings settings) {
        return configurer -> configurer.eventProcessing(processing -> {
            for (var model : models) {
                var group = model.name();
                var eventHandler = new ReadModelEventHandler(model, collections);
                processing
                        .registerEventHandler(axon -> eventHandler)
                        .assignHandlerInstancesMatching(group, handler -> handler == eventHandler)
                        .registerPooledStreamingEventProcessor(group, axon -> source, (axon, builder) -> {
                            return builder.batchSize(settings.batchSize())
                                    .initialSegmentCount(settings.segments())
                                    .tokenClaimInterval(1_000)
                                    .initialToken(ledger ->
                                            collections.liveName(group).isPresent()
                                                    ? LedgerEngine.tokenAt(0)
                                                    : ledger.createHeadToken());
                        })
                        .registerHandlerInterceptor(group, axon -> ReadModelEventHandler::writeAtEnd)
                        // The documents are in MongoDB, so a transaction of PostgreSQL would cover nothing.
                        .registerTransactionManager(group, axon -> NoTransactionManager.instance())
                        .registerTokenStore(group, axon -> stores.tokenStore())
                        .registerDeadLetterQueue(group, axon -> stores.deadLetterQueue(group))
                        .registerDeadLetterPolicy(group, axon -> new DeadLetterPolicy(group))
                        .registerDeadLetteringEventHandlerInvokerConfiguration(
                                group, (axon, builder) -> builder.enableSequenceIdentifierCache());
            }
        });
    }
}
