package org.consentledger.command.crm;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.validation.Validator;
import java.time.Clock;
import org.consentledger.command.pipeline.LedgerPeople;
import org.consentledger.command.pipeline.Pipeline;
import org.consentledger.command.registers.Registers;
import org.consentledger.foundation.lease.Leases;
import org.consentledger.foundation.privacy.LookupHash;
import org.consentledger.foundation.store.LedgerEngine;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import tools.jackson.databind.json.JsonMapper;

/** Beans of the sync. Most exist only if an instance URL is set: see {@link SalesforceSettings}. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SalesforceSettings.class)
class CrmConfiguration {

    @Bean
    SyncState syncState(JdbcTemplate jdbc) {
        return new SyncState(jdbc);
    }

    @Bean
    SyncRecords syncRecords(JdbcTemplate jdbc) {
        return new SyncRecords(jdbc);
    }

    @Bean(destroyMethod = "close")
    @Conditional(InstanceUrlIsSet.class)
    SalesforceClient salesforceClient(SalesforceSettings settings, Clock clock) {
        return new SalesforceClient(settings, JsonMapper.builder().build(), clock);
    }

    @Bean
    @Conditional(InstanceUrlIsSet.class)
    Sync sync(
            SalesforceSettings settings,
            SalesforceClient client,
            SyncState state,
            SyncRecords records,
            SyncJournal journal,
            SyncRuns runs,
            LedgerEngine engine,
            Pipeline pipeline,
            LedgerPeople people,
            Registers registers,
            LookupHash hash,
            Validator validator,
            PlatformTransactionManager transactions,
            Leases leases,
            Clock clock) {
        var transaction = new FencedTransaction(transactions, leases);
        var personReader = new SyncedPersonReader(people);
        state.begin(engine.headPosition());
        var feed =
                new Feed(settings, engine, state, records, journal, personReader, pipeline, hash, transaction, clock);
        var pull = new Pull(
                settings,
                client,
                state,
                records,
                journal,
                personReader,
                pipeline,
                registers,
                hash,
                validator,
                transaction,
                clock);
        var push = new Push(settings, client, feed, pull, records, journal, transaction, clock);
        return new Sync(settings, client, feed, pull, push, runs, state, records, transaction, clock);
    }

    @Bean
    @Conditional(InstanceUrlIsSet.class)
    SyncWorker syncWorker(Sync sync, SalesforceClient client, SalesforceSettings settings, Leases leases) {
        return new SyncWorker(sync, client, settings.pollInterval(), leases);
    }

    @Bean
    @Conditional(InstanceUrlIsSet.class)
    MeterBinder salesforceMetrics(SyncRecords records) {
        return registry -> {
            Gauge.builder("ledger.salesforce.pushes", records, SyncRecords::waiting)
                    .description("Opt-outs and opt-ins that are waiting to be written to Salesforce")
                    .register(registry);
            Gauge.builder("ledger.salesforce.pushes.set.aside", records, SyncRecords::setAside)
                    .description("Those of them that Salesforce refused so often that they are no longer retried")
                    .register(registry);
            Gauge.builder(
                            "ledger.salesforce.pushes.oldest.age",
                            records,
                            all -> all.longestWait().toSeconds())
                    .description("Age of the oldest of them")
                    .baseUnit("seconds")
                    .register(registry);
        };
    }

    /** Matches if the instance URL is set and not blank. An environment file may set it to an empty value. */
    static final class InstanceUrlIsSet extends SpringBootCondition {

        @Override
        public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
            var url = context.getEnvironment().getProperty("ledger.salesforce.instance-url", "");
            return new ConditionOutcome(!url.isBlank(), "ledger.salesforce.instance-url is set");
        }
    }
}
