package org.consentledger.command.crm;

import jakarta.validation.Validator;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.axonframework.messaging.Message;
import org.consentledger.command.gateway.CommandDispatcher;
import org.consentledger.command.gateway.Envelope;
import org.consentledger.command.person.Person;
import org.consentledger.command.pipeline.LedgerPeople;
import org.consentledger.command.pipeline.Pipeline;
import org.consentledger.command.registers.Registers;
import org.consentledger.foundation.lease.Leases;
import org.consentledger.foundation.privacy.LookupHash;
import org.consentledger.foundation.store.LedgerEngine;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.Evidence;
import org.consentledger.kernel.person.PersonCommand;
import org.consentledger.kernel.person.PersonCommand.ApproveResubscribe;
import org.consentledger.kernel.person.PersonCommand.RegisterPerson;
import org.consentledger.kernel.person.PersonCommand.Unsubscribe;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.SourceType;
import org.consentledger.kernel.provenance.Actor;
import org.consentledger.kernel.provenance.Provenance;
import org.consentledger.kernel.provenance.Via;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import tools.jackson.databind.json.JsonMapper;

/** Sync with a stand-in for Salesforce. The test triggers each poll, and advances the clock. */
final class SyncFixture implements AutoCloseable {

    static final Envelope BY_OPERATOR = Envelope.of(
            new Provenance(new Actor("u-17", "Otto Operator", List.of("operator")), Via.API, "request-1", null));

    private static final AtomicInteger NUMBERS = new AtomicInteger();

    final ManualClock clock;
    final SalesforceStandIn salesforce;
    final JdbcTemplate jdbc;
    final LedgerEngine engine;
    final CommandDispatcher commands;
    final SyncRuns runs;
    final SyncJournal journal;
    final SyncState state;
    final SyncRecords records;
    final SalesforceSettings settings;
    final SalesforceClient client;
    final Leases leases;
    final Sync sync;

    SyncFixture(ApplicationContext context, String... settings) {
        this(context, new ManualClock(), settings);
        jdbc.batchUpdate(
                "DELETE FROM crm_record",
                "DELETE FROM crm_watermark",
                "DELETE FROM crm_state",
                "DELETE FROM crm_run",
                "DELETE FROM crm_journal");
        state.begin(engine.headPosition());
    }

    private SyncFixture(ApplicationContext context, ManualClock clock, String... settings) {
        this(context, clock, new SalesforceStandIn(clock), settings);
    }

    private SyncFixture(ApplicationContext context, ManualClock clock, SalesforceStandIn salesforce, String... given) {
        this.clock = clock;
        this.salesforce = salesforce;
        jdbc = context.getBean(JdbcTemplate.class);
        engine = context.getBean(LedgerEngine.class);
        commands = context.getBean(CommandDispatcher.class);
        settings = settings(given);
        runs = new SyncRuns(jdbc, clock);
        journal = new SyncJournal(jdbc, clock);
        state = new SyncState(jdbc);
        records = new SyncRecords(jdbc);
        client = new SalesforceClient(settings, JsonMapper.builder().build(), clock);
        leases = context.getBean(Leases.class);
        var transaction = new FencedTransaction(context.getBean(PlatformTransactionManager.class), leases);
        var pipeline = context.getBean(Pipeline.class);
        var hash = context.getBean(LookupHash.class);
        var personReader = new SyncedPersonReader(context.getBean(LedgerPeople.class));
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
                context.getBean(Registers.class),
                hash,
                context.getBean(Validator.class),
                transaction,
                clock);
        var push = new Push(settings, client, feed, pull, records, journal, transaction, clock);
        sync = new Sync(settings, client, feed, pull, push, runs, state, records, transaction, clock);
    }

    /** Returns a fixture for the same sync in another process: same database, stand-in and clock, own client. */
    SyncFixture inAnotherProcess(ApplicationContext context, String... settings) {
        return new SyncFixture(context, clock, salesforce, settings);
    }

    private SalesforceSettings settings(String... given) {
        var values = new HashMap<String, String>(Map.of(
                "ledger.salesforce.instance-url",
                salesforce.url(),
                "ledger.salesforce.client-id",
                SalesforceStandIn.CLIENT_ID,
                "ledger.salesforce.client-secret",
                SalesforceStandIn.CLIENT_SECRET,
                "ledger.salesforce.interval",
                "365d",
                "ledger.salesforce.timeout",
                "5s",
                "ledger.salesforce.back-off",
                "1ms"));
        for (var one : given) {
            var parts = one.split("=", 2);
            values.put("ledger.salesforce." + parts[0], parts[1]);
        }
        return new Binder(new MapConfigurationPropertySource(values))
                .bindOrCreate("ledger.salesforce", SalesforceSettings.class);
    }

    /** Requests a run and executes it: reads the changes in Salesforce, and writes what is due. */
    SyncRuns.Run syncNow() {
        var run = runs.queue(SyncRuns.Trigger.REQUEST, Actor.SYSTEM);
        poll();
        return runs.find(run.id()).orElseThrow();
    }

    /** Polls as a worker does, under the lease: without a run it writes what is due. */
    void poll() {
        leases.acquire(Sync.LEASE, Duration.ofMinutes(5)).ifPresent(lease -> {
            try {
                sync.poll(lease);
            } finally {
                leases.release(lease);
            }
        });
    }

    /** Executes a run and forgets its calls. The next scheduled run is due after a year. */
    void syncAndForgetCalls() {
        syncNow();
        salesforce.takeCalls();
    }

    /** A subscribed person with their record in Salesforce, which the sync has linked. */
    record LinkedPerson(PersonId person, SalesforceStandIn.Row record) {}

    LinkedPerson linkedPerson() {
        var email = newAddress();
        var record = salesforce.contact(email, false);
        var person = register(email);
        syncAndForgetCalls();
        clock.advance(Duration.ofMinutes(1));
        return new LinkedPerson(person, record);
    }

    static String newAddress() {
        return "sync" + NUMBERS.incrementAndGet() + "@example.org";
    }

    PersonId register(String email) {
        return register(ContactData.NONE.with(ContactField.EMAILS, List.of(email)));
    }

    PersonId register(ContactData contact) {
        var id = PersonId.random();
        send(new RegisterPerson(id, contact, Source.of(SourceType.MANUAL_UPLOAD), null, clock.instant()));
        return id;
    }

    void optOut(PersonId person) {
        send(new Unsubscribe(person, null, null, null, clock.instant()));
    }

    void approve(PersonId person) {
        var today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        send(new ApproveResubscribe(
                person,
                true,
                "heard the call",
                new Evidence(today, "News", "phone", null),
                ZoneOffset.UTC,
                clock.instant()));
    }

    void send(PersonCommand command) {
        commands.send(command, BY_OPERATOR);
    }

    List<PersonEvent> history(PersonId person) {
        return engine.readEvents(List.of(person.toString())).getOrDefault(person.toString(), List.of()).stream()
                .map(Message::getPayload)
                .map(PersonEvent.class::cast)
                .toList();
    }

    SyncedPerson syncedPerson(PersonId person) {
        return SyncedPerson.of(
                history(person).stream().reduce(Person.UNKNOWN, Person::evolve, (first, second) -> second));
    }

    List<SyncJournal.Entry> journalOf(PersonId person) {
        return journal.page(null, person.value(), null, 100).reversed().stream()
                .map(SyncJournal.Line::entry)
                .toList();
    }

    long events() {
        var count = jdbc.queryForObject("SELECT count(*) FROM event", Long.class);
        return count == null ? 0 : count;
    }

    @Override
    public void close() {
        client.close();
        salesforce.close();
    }

    /** Clock that stands still until the test advances it. */
    static final class ManualClock extends Clock {

        private volatile Instant now = Instant.parse("2026-11-24T09:00:00.123456Z");

        void advance(Duration by) {
            now = now.plus(by);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
