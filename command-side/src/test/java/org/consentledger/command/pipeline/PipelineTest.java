package org.consentledger.command.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.axonframework.eventhandling.DomainEventMessage;
import org.consentledger.command.CommandSideTest;
import org.consentledger.command.gateway.CommandDispatcher;
import org.consentledger.command.gateway.Envelope;
import org.consentledger.command.work.OptOut;
import org.consentledger.command.work.RegisterOrComplete;
import org.consentledger.command.work.SingleCommand;
import org.consentledger.command.work.Work;
import org.consentledger.foundation.privacy.LookupHash;
import org.consentledger.foundation.store.LedgerEngine;
import org.consentledger.kernel.person.CommandAnswer;
import org.consentledger.kernel.person.CommandRejected;
import org.consentledger.kernel.person.CommandRejected.Rule;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.PersonCommand;
import org.consentledger.kernel.person.PersonCommand.ErasePerson;
import org.consentledger.kernel.person.PersonCommand.LinkSalesforceRecord;
import org.consentledger.kernel.person.PersonCommand.RegisterPerson;
import org.consentledger.kernel.person.PersonCommand.SetSource;
import org.consentledger.kernel.person.PersonCommand.Unsubscribe;
import org.consentledger.kernel.person.PersonEvent.ContactDataChanged;
import org.consentledger.kernel.person.PersonEvent.Unsubscribed;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.SourceType;
import org.consentledger.kernel.provenance.Actor;
import org.consentledger.kernel.provenance.Provenance;
import org.consentledger.kernel.provenance.Via;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

@CommandSideTest
class PipelineTest {

    private static final Provenance BY_A_JOB =
            new Provenance(new Actor("u-17", "Otto Operator", List.of("operator")), Via.BULK, "request-1", "job-1");
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    @Autowired
    private Pipeline pipeline;

    @Autowired
    private LedgerPeople ledger;

    @Autowired
    private CommandDispatcher commands;

    @Autowired
    private LedgerEngine engine;

    @Autowired
    private LookupHash hash;

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private Clock clock;

    @Test
    void every_person_of_a_chunk_gets_an_event_of_their_own_that_names_the_job() {
        var people = registered(250);

        var outcomes = carryOut(
                people.stream().map(person -> from(person, SourceType.CRM_SYNC)).toList(), BY_A_JOB);

        assertThat(outcomes).hasSize(250).allMatch(WorkOutcome.Changed.class::isInstance);
        assertThat(people)
                .allSatisfy(person -> assertThat(
                                Provenance.of(historyOf(person).getLast().getMetaData()))
                        .isEqualTo(BY_A_JOB));
    }

    @Test
    void a_repetition_is_unchanged_and_a_rejection_does_not_touch_the_others() {
        var changed = registered();
        var unchanged = registered();
        var erased = registered();
        send(new ErasePerson(erased, "asked for it", now()));
        var stranger = PersonId.random();

        var outcomes = carryOut(
                List.of(
                        from(changed, SourceType.CRM_SYNC),
                        from(unchanged, SourceType.IMPORT),
                        from(erased, SourceType.CRM_SYNC),
                        from(stranger, SourceType.CRM_SYNC)),
                BY_A_JOB);

        assertThat(outcomes.get(0)).isEqualTo(changedTo(changed, 2));
        assertThat(outcomes.get(1)).isEqualTo(new WorkOutcome.Unchanged(new CommandAnswer(unchanged, 1)));
        assertRefused(outcomes.get(2), Rule.PERSON_ERASED);
        assertRefused(outcomes.get(3), Rule.UNKNOWN_PERSON);
    }

    @Test
    void a_salesforce_record_that_its_person_has_left_is_free_for_others() {
        var ada = registered();
        var ben = registered();
        var lead = "00Q" + "%012d".formatted(NUMBERS.incrementAndGet());
        var contact = "003" + lead.substring(3);

        carryOut(List.of(linkTo(lead, ada)), BY_A_JOB);
        assertRefused(carryOut(List.of(linkTo(lead, ben)), BY_A_JOB).getFirst(), Rule.SALESFORCE_ID_TAKEN);
        carryOut(List.of(linkTo(contact, ada)), BY_A_JOB);

        assertThat(carryOut(List.of(linkTo(lead, ben)), BY_A_JOB)).first().isEqualTo(changedTo(ben, 2));
        assertRefused(carryOut(List.of(linkTo(contact, ben)), BY_A_JOB).getFirst(), Rule.SALESFORCE_ID_TAKEN);
    }

    private Work linkTo(String salesforceId, PersonId person) {
        return new SingleCommand(new LinkSalesforceRecord(person, salesforceId, now()));
    }

    @Test
    void a_dry_run_gives_the_same_outcomes_and_records_nothing() {
        var person = registered();
        var items = List.of(from(person, SourceType.CRM_SYNC));

        var rehearsed = pipeline.dryRun(Request.all(items, BY_A_JOB), new DryRun(ledger));
        assertThat(historyOf(person)).hasSize(1);
        assertThat(carryOut(items, BY_A_JOB)).isEqualTo(rehearsed);
    }

    @Test
    void a_command_after_a_chunk_sees_its_events_in_spite_of_the_cache() {
        var person = registered();
        send(new SetSource(person, Source.of(SourceType.CRM_SYNC), now()));
        carryOut(List.of(from(person, SourceType.OTHER)), BY_A_JOB);

        assertThat(commands.send(new SetSource(person, Source.of(SourceType.CRM_SYNC), now()), Envelope.of(BY_A_JOB))
                        .version())
                .isEqualTo(4);
    }

    @Nested
    class Contact_data_without_an_id {

        @Test
        void registers_a_person_if_the_address_is_free() {
            var outcomes = carryOut(List.of(contact(mailedAt(address()))), BY_A_JOB);

            assertThat(outcomes.getFirst())
                    .asInstanceOf(type(WorkOutcome.Changed.class))
                    .extracting(WorkOutcome.Changed::to)
                    .returns(1L, CommandAnswer::version);
        }

        @Test
        void completes_the_holder_of_the_address_and_loses_no_value() {
            var first = address();
            var second = address();
            var person = register(mailedAt(first).with(ContactField.TITLE, List.of("CTO")));

            carryOut(
                    List.of(contact(ContactData.NONE
                            .with(ContactField.EMAILS, List.of(second, first.toUpperCase(Locale.ROOT)))
                            .with(ContactField.COMPANY, List.of("Nowak GmbH")))),
                    BY_A_JOB);

            var changed = (ContactDataChanged) historyOf(person).getLast().getPayload();
            assertThat(changed.changes())
                    .extracting(change -> change.field(), change -> change.to())
                    .containsExactly(
                            tuple(ContactField.COMPANY, List.of("Nowak GmbH")),
                            tuple(ContactField.EMAILS, List.of(first, second)));
        }

        @Test
        void twice_in_one_chunk_gives_one_person() {
            var email = address();

            var outcomes = carryOut(
                    List.of(
                            contact(mailedAt(email)),
                            contact(mailedAt(email).with(ContactField.TITLE, List.of("CTO"))),
                            contact(mailedAt(email))),
                    BY_A_JOB);

            var person = personIn(outcomes.get(0));
            assertThat(outcomes.get(1)).isEqualTo(changedTo(person, 2));
            assertThat(outcomes.get(2)).isEqualTo(new WorkOutcome.Unchanged(new CommandAnswer(person, 2)));
        }

        @Test
        void that_matches_two_people_is_refused() {
            var first = address();
            var second = address();
            register(mailedAt(first));
            register(mailedAt(second));

            assertRefused(
                    carryOut(List.of(contact(mailedAt(first, second))), BY_A_JOB)
                            .getFirst(),
                    Rule.CONTACT_AMBIGUOUS);
        }

        @Test
        void of_an_erased_person_who_had_opted_out_registers_an_unsubscribed_person() {
            var email = address();
            var person = register(mailedAt(email));
            send(new Unsubscribe(person, null, null, null, now()));
            send(new ErasePerson(person, "asked for it", now()));

            var outcome = carryOut(List.of(contact(mailedAt(email))), BY_A_JOB);

            var again = personIn(outcome.getFirst());
            assertThat(again).isNotEqualTo(person);
            assertThat(historyOf(again).getLast().getPayload()).isInstanceOf(Unsubscribed.class);
        }

        @Test
        void may_be_followed_by_an_opt_out_of_the_same_contact_data() {
            var contact = mailedAt(address());
            var outcomes = carryOut(List.of(contact(contact), OptOut.of(contact, hash, now())), BY_A_JOB);

            var person = personIn(outcomes.getFirst());
            assertThat(historyOf(person)).hasSize(2);
        }
    }

    @Test
    void in_two_concurrent_chunks_registers_each_person_once() throws Exception {
        var emails = IntStream.range(0, 100).mapToObj(number -> address()).toList();
        var forwards = emails.stream().map(email -> contact(mailedAt(email))).toList();
        var backwards = forwards.reversed();
        try (var pool = Executors.newFixedThreadPool(2)) {
            var one = pool.submit(() -> carryOut(forwards, BY_A_JOB));
            var other = pool.submit(() -> carryOut(backwards, BY_A_JOB));
            var all = Stream.concat(one.get().stream(), other.get().stream()).toList();
            assertThat(all).filteredOn(WorkOutcome.Changed.class::isInstance).hasSize(100);
            assertThat(all).filteredOn(WorkOutcome.Unchanged.class::isInstance).hasSize(100);
        }
    }

    @Test
    void the_table_person_follows_the_events() {
        var person = registered();
        carryOut(
                List.of(
                        from(person, SourceType.CRM_SYNC),
                        new SingleCommand(new Unsubscribe(person, null, null, null, now()))),
                BY_A_JOB);

        assertThat(jdbc.queryForMap("SELECT * FROM person WHERE person_id = ?", person.value()))
                .containsEntry("source_type", "CRM_SYNC")
                .containsEntry("subscription", "UNSUBSCRIBED")
                .containsEntry("authorization_type", null)
                .containsEntry("version", 3)
                .containsEntry("erased", false);
    }

    private void assertRefused(WorkOutcome outcome, Rule rule) {
        assertThat(outcome)
                .asInstanceOf(type(WorkOutcome.Refused.class))
                .extracting(WorkOutcome.Refused::rejection)
                .returns(rule, CommandRejected::rule);
    }

    private List<WorkOutcome> carryOut(List<? extends Work> work, Provenance provenance) {
        return pipeline.carryOut(Request.all(work, provenance));
    }

    private static WorkOutcome changedTo(PersonId person, long version) {
        return new WorkOutcome.Changed(new CommandAnswer(person, version));
    }

    private static PersonId personIn(WorkOutcome outcome) {
        return Objects.requireNonNull(outcome.answer()).personId();
    }

    private List<? extends DomainEventMessage<?>> historyOf(PersonId person) {
        return engine.readEvents(List.of(person.toString())).get(person.toString());
    }

    private List<PersonId> registered(int count) {
        return IntStream.range(0, count).mapToObj(number -> registered()).toList();
    }

    private PersonId registered() {
        return register(mailedAt(address()));
    }

    private PersonId register(ContactData contact) {
        return commands.send(
                        new RegisterPerson(PersonId.random(), contact, Source.of(SourceType.IMPORT), null, now()),
                        Envelope.of(BY_A_JOB))
                .personId();
    }

    private void send(PersonCommand command) {
        commands.send(command, Envelope.of(BY_A_JOB));
    }

    private Work from(PersonId person, SourceType type) {
        return new SingleCommand(new SetSource(person, Source.of(type), now()));
    }

    private Work contact(ContactData contact) {
        return new RegisterOrComplete(contact, false, Source.of(SourceType.IMPORT), null, now());
    }

    private static ContactData mailedAt(String... emails) {
        return ContactData.NONE.with(ContactField.EMAILS, List.of(emails));
    }

    private static String address() {
        return "chunk-" + NUMBERS.incrementAndGet() + "@example.org";
    }

    private Instant now() {
        return clock.instant();
    }
}
