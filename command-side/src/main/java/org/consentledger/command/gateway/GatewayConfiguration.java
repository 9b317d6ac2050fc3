package org.consentledger.command.gateway;

import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import org.axonframework.common.caching.Cache;
import org.axonframework.config.Configuration;
import org.axonframework.config.ConfigurerModule;
import org.axonframework.eventsourcing.EventCountSnapshotTriggerDefinition;
import org.axonframework.eventsourcing.SnapshotTriggerDefinition;
import org.axonframework.messaging.correlation.CorrelationDataProvider;
import org.axonframework.modelling.command.ConcurrencyException;
import org.consentledger.kernel.provenance.Provenance;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.EnableScheduling;

/** How commands are carried: what events inherit from them, what is remembered of people, when snapshots are taken. */
@org.springframework.context.annotation.Configuration(proxyBeanMethods = false)
@EnableScheduling
class GatewayConfiguration {

    /** A history longer than this is loaded from its last snapshot. */
    private static final int EVENTS_BETWEEN_SNAPSHOTS = 50;

    private static final int PEOPLE_REMEMBERED = 10_000;

    @Bean
    ConfigurerModule answerOnce(Idempotency idempotency) {
        return configurer -> configurer.onInitialize(
                axon -> axon.onStart(() -> axon.commandBus().registerHandlerInterceptor(new AnswerOnce(idempotency))));
    }

    /** What an event's metadata says: its provenance, and which command caused it. */
    @Bean
    CorrelationDataProvider provenance() {
        return message -> {
            var data = new HashMap<String, Object>();
            for (var key : Provenance.KEYS) {
                var value = message.getMetaData().get(key);
                if (value != null) {
                    data.put(key, value);
                }
            }
            data.put("causationId", message.getIdentifier());
            return Map.copyOf(data);
        };
    }

    /** Loaded people, the most recently used; see {@link AggregateCache}. */
    @Bean
    Cache personCache() {
        return new AggregateCache(
                Caffeine.newBuilder().maximumSize(PEOPLE_REMEMBERED).build());
    }

    /** Snapshots are taken beside the command that is due for one, never in its way. */
    @Bean
    SnapshotTriggerDefinition personSnapshots(ObjectProvider<Configuration> axon) {
        var beside = Executors.newSingleThreadExecutor(
                Thread.ofVirtual().name("snapshots").factory());
        return new EventCountSnapshotTriggerDefinition(
                (type, person) -> beside.execute(() -> {
                    try {
                        axon.getObject().snapshotter().scheduleSnapshot(type, person);
                    } catch (ConcurrencyException alreadyTaken) {
                        // Another process was faster; one snapshot is enough.
                    }
                }),
                EVENTS_BETWEEN_SNAPSHOTS);
    }
}
