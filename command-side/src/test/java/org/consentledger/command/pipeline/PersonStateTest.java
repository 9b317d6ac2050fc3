package org.consentledger.command.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.modelling.command.ConcurrencyException;
import org.consentledger.command.CommandSideTest;
import org.consentledger.command.gateway.CommandDispatcher;
import org.consentledger.command.gateway.Envelope;
import org.consentledger.command.person.Person;
import org.consentledger.command.work.SingleCommand;
import org.consentledger.foundation.store.LedgerEngine;
import org.consentledger.kernel.person.Authorization;
import org.consentledger.kernel.person.AuthorizationType;
import org.consentledger.kernel.person.CommandRejected;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.ContactDataPatch;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.EmailContent;
import org.consentledger.kernel.person.EmailOutcome;
import org.consentledger.kernel.person.Evidence;
import org.consentledger.kernel.person.PersonCommand;
import org.consentledger.kernel.person.PersonCommand.ApproveResubscribe;
import org.consentledger.kernel.person.PersonCommand.ChangeContactData;
import org.consentledger.kernel.person.PersonCommand.ErasePerson;
import org.consentledger.kernel.person.PersonCommand.LinkSalesforceRecord;
import org.consentledger.kernel.person.PersonCommand.RecordEmailOutcome;
import org.consentledger.kernel.person.PersonCommand.RecordExport;
import org.consentledger.kernel.person.PersonCommand.RegisterPerson;
import org.consentledger.kernel.person.PersonCommand.RejectResubscribe;
import org.consentledger.kernel.person.PersonCommand.RequestResubscribe;
import org.consentledger.kernel.person.PersonCommand.SendEmail;
import org.consentledger.kernel.person.PersonCommand.SetAuthorization;
import org.consentledger.kernel.person.PersonCommand.SetSource;
import org.consentledger.kernel.person.PersonCommand.Unsubscribe;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonEvent.SourceSet;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.SourceType;
import org.consentledger.kernel.provenance.Actor;
import org.consentledger.kernel.provenance.Provenance;
import org.consentledger.kernel.provenance.Via;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** The stored state of people equals the fold of their events, whatever way the events came in. */
@CommandSideTest
class PersonStateTest {

    private static final Provenance BY_AN_OPERATOR =
            new Provenance(new Actor("u-17", "Otto Operator", List.of("operator")), Via.API, "request-1", null);
    private static final Envelope PLAIN = Envelope.of(BY_AN_OPERATOR);

    @Autowired
    private CommandDispatcher commands;

    @Autowired
    private Pipeline pipeline;

    @Autowired
    private PersonStore store;

    @Autowired
    private StateVerification verification;

    @Autowired
    private LedgerEngine engine;

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private TransactionTemplate transaction;

    @Autowired
    private Clock clock;

    /** One life of a few people, whose commands come alone, in chunks and in chunks that are rolled back. */
    private final class Lives {

        private final Random random;
        private final String host;
        private final List<PersonId> people = new ArrayList<>();
        private final Map<PersonId, UUID> emails = new HashMap<>();

        Lives(long seed) {
            random = new Random(seed);
            host = "@" + UUID.randomUUID() + ".example.org";
        }

        void live() {
            for (int turn = 0; turn < 120; turn++) {
                switch (random.nextInt(4)) {
                    case 0 -> inAChunk();
                    case 1 -> inAChunkThatIsRolledBack();
                    default -> alone(next());
                }
            }
        }

        private void alone(PersonCommand command) {
            try {
                commands.send(command, PLAIN);
            } catch (CommandRejected refused) {
                // A rule refuses some of the random commands; they record nothing
            }
        }

        private void inAChunk() {
            pipeline.carryOut(Request.all(items(), BY_AN_OPERATOR));
        }

        private void inAChunkThatIsRolledBack() {
            transaction.executeWithoutResult(status -> {
                pipeline.carryOut(Request.all(items(), BY_AN_OPERATOR));
                status.setRollbackOnly();
            });
        }

        private List<SingleCommand> items() {
            var items = new ArrayList<SingleCommand>();
            for (int number = 0; number < 1 + random.nextInt(6); number++) {
                items.add(new SingleCommand(next()));
            }
            return items;
        }

        private PersonCommand next() {
            var at = clock.instant();
            if (people.size() < 3 || random.nextInt(15) == 0) {
                var person = PersonId.random();
                people.add(person);
                return new RegisterPerson(
                        person, contact(), source(), random.nextBoolean() ? authorization() : null, at);
            }
            var person = people.get(random.nextInt(people.size()));
            var email = random.nextBoolean() ? emails.computeIfAbsent(person, id -> newEmail()) : newEmail();
            return switch (random.nextInt(24)) {
                case 0, 1, 2 -> new SetAuthorization(person, authorization(), at);
                case 3, 4, 5 -> new SetSource(person, source(), at);
                case 6, 7, 8 ->
                    new ChangeContactData(person, new ContactDataPatch(Map.of(ContactField.EMAILS, addresses())), at);
                case 9 ->
                    new ChangeContactData(
                            person,
                            new ContactDataPatch(Map.of(ContactField.COMPANY, List.of("Nowak " + random.nextInt()))),
                            at);
                case 10, 11 -> new Unsubscribe(person, null, "enough", null, at);
                case 12, 13 -> new RequestResubscribe(person, evidence(), ZoneOffset.UTC, at);
                case 14, 15 -> new ApproveResubscribe(person, true, "called", evidence(), ZoneOffset.UTC, at);
                case 16 -> new RejectResubscribe(person, "no proof", at);
                case 17, 18 ->
                    new SendEmail(person, email, new EmailContent("Hello", "text", null), random.nextBoolean(), at);
                case 19, 20 -> new RecordEmailOutcome(person, email, new EmailOutcome.Sent(), at);
                case 21 -> new RecordExport(person, UUID.randomUUID(), at);
                case 22 -> new LinkSalesforceRecord(person, "003A0000%07dABC".formatted(random.nextInt(9_999_999)), at);
                default ->
                    random.nextInt(3) == 0
                            ? new ErasePerson(person, "asked for it", at)
                            : new SetSource(person, source(), at);
            };
        }

        private static UUID newEmail() {
            return UUID.randomUUID();
        }

        private ContactData contact() {
            return ContactData.NONE
                    .with(ContactField.FIRST_NAME, List.of("Ada"))
                    .with(ContactField.EMAILS, addresses());
        }

        private List<String> addresses() {
            return List.of("ada-" + random.nextInt(8) + host, "nowak-" + random.nextInt(400) + host);
        }

        private Authorization authorization() {
            return switch (random.nextInt(3)) {
                case 0 -> Authorization.of(AuthorizationType.LEGITIMATE_INTEREST);
                case 1 -> Authorization.other("Basis " + random.nextInt(3));
                default -> Authorization.consent(today(), "News " + random.nextInt(3));
            };
        }

        private Source source() {
            var type = SourceType.values()[random.nextInt(SourceType.values().length)];
            return type == SourceType.OTHER ? new Source(type, "Fair " + random.nextInt(3)) : Source.of(type);
        }

        private Evidence evidence() {
            return new Evidence(today(), "News", "call", random.nextBoolean() ? "file 7" : null);
        }

        private LocalDate today() {
            return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void equals_the_fold_of_the_events_after_any_history(long seed) {
        var lives = new Lives(seed);

        lives.live();

        assertThat(lives.people).hasSizeGreaterThan(3);
        for (var person : lives.people) {
            assertStateIsTheFold(person);
        }
    }

    @Test
    void follows_events_that_are_appended_without_a_command() {
        var lives = new Lives(7);
        lives.alone(lives.next());
        var person = lives.people.getFirst();

        appendSource(person, store.load(List.of(person), true).get(person).version());

        assertStateIsTheFold(person);
    }

    @Test
    void rejects_events_that_are_based_on_an_outdated_state() {
        var lives = new Lives(8);
        lives.alone(lives.next());
        var person = lives.people.getFirst();
        var version = store.load(List.of(person), true).get(person).version();
        appendSource(person, version);

        assertThatThrownBy(() -> appendSource(person, version)).isInstanceOf(ConcurrencyException.class);

        assertStateIsTheFold(person);
    }

    @Test
    void holds_nothing_personal_that_can_be_read() {
        var lives = new Lives(9);
        var person = PersonId.random();
        commands.send(
                new RegisterPerson(person, lives.contact(), Source.of(SourceType.IMPORT), null, clock.instant()),
                PLAIN);
        commands.send(new SetAuthorization(person, Authorization.other("a note on Ada"), clock.instant()), PLAIN);

        var stored = jdbc.queryForObject(
                "SELECT convert_from(detail, 'UTF8') || convert_from(contact, 'UTF8')"
                        + " FROM person JOIN person_contact USING (person_id) WHERE person_id = ?",
                String.class,
                person.value());

        assertThat(stored).contains("OTHER").doesNotContain("Ada", lives.host);
    }

    @Test
    void keeps_no_contact_data_of_an_erased_person() {
        var lives = new Lives(10);
        lives.alone(lives.next());
        var person = lives.people.getFirst();

        commands.send(new ErasePerson(person, "asked for it", clock.instant()), PLAIN);

        assertThat(jdbc.queryForObject(
                        "SELECT count(*) FROM person_contact WHERE person_id = ?", Long.class, person.value()))
                .isZero();
        assertStateIsTheFold(person);
    }

    @Test
    void of_a_person_who_was_erased_meanwhile_makes_the_append_a_lost_race() {
        var lives = new Lives(12);
        var person = PersonId.random();
        commands.send(
                new RegisterPerson(
                        person, lives.contact(), new Source(SourceType.OTHER, "Fair"), null, clock.instant()),
                PLAIN);
        commands.send(new SetAuthorization(person, Authorization.other("Basis"), clock.instant()), PLAIN);

        assertThatThrownBy(() -> transaction.executeWithoutResult(status -> {
                    var version = store.load(List.of(person), true).get(person).version();
                    another(() -> commands.send(new ErasePerson(person, "asked for it", clock.instant()), PLAIN));
                    // The event holds nothing personal; the row that it changes does
                    appendSource(person, version, Source.of(SourceType.CRM_SYNC));
                }))
                .isInstanceOf(ConcurrencyException.class);

        assertStateIsTheFold(person);
    }

    @Test
    void of_a_person_whose_registration_was_rolled_back_to_a_savepoint_starts_anew() {
        var lives = new Lives(13);
        var person = PersonId.random();
        var registration = List.of(new SingleCommand(
                new RegisterPerson(person, lives.contact(), Source.of(SourceType.IMPORT), null, clock.instant())));

        transaction.executeWithoutResult(status -> {
            var savepoint = status.createSavepoint();
            pipeline.carryOut(Request.all(registration, BY_AN_OPERATOR));
            status.rollbackToSavepoint(savepoint);
            pipeline.carryOut(Request.all(registration, BY_AN_OPERATOR));
        });

        assertStateIsTheFold(person);
    }

    /** Runs on a thread of its own, so in another transaction. */
    private static void another(Runnable action) {
        CompletableFuture.runAsync(action).join();
    }

    @Test
    void that_was_changed_by_hand_is_found_and_derived_anew() {
        var lives = new Lives(11);
        lives.live();
        var known = store.load(lives.people, true).entrySet().stream()
                .filter(entry -> !entry.getValue().erased())
                .map(Map.Entry::getKey)
                .toList();
        var changed = known.get(0);
        var lost = known.get(1);
        var invented = PersonId.random();
        var recoded = known.get(2);
        jdbc.update("UPDATE person SET subscription = 'nonsense' WHERE person_id = ?", recoded.value());
        var unreadable = known.get(3);
        jdbc.update(
                "UPDATE person SET detail = 'no JSON', source_type = 'NONSENSE' WHERE person_id = ?",
                unreadable.value());
        jdbc.update("UPDATE person SET version = 77 WHERE person_id = ?", changed.value());
        jdbc.update("DELETE FROM person WHERE person_id = ?", lost.value());
        jdbc.update("INSERT INTO person (person_id, version) VALUES (?, 1)", invented.value());

        assertThat(verification.verify(false).different())
                .containsExactlyInAnyOrder(changed, lost, recoded, unreadable, invented);
        assertThat(verification.verify(true).different())
                .containsExactlyInAnyOrder(changed, lost, recoded, unreadable, invented);

        assertThat(verification.verify(false).different()).isEmpty();
        lives.people.forEach(this::assertStateIsTheFold);
    }

    private void appendSource(PersonId person, long sequence) {
        appendSource(person, sequence, new Source(SourceType.OTHER, "Fair of another process"));
    }

    private void appendSource(PersonId person, long sequence, Source source) {
        engine.appendEvents(List.of(new GenericDomainEventMessage<>(
                "Person",
                person.toString(),
                sequence,
                new SourceSet(person, source, Source.of(SourceType.IMPORT), clock.instant()))));
    }

    private void assertStateIsTheFold(PersonId person) {
        var history = engine.readEvents(List.of(person.toString()));
        var folded = history.getOrDefault(person.toString(), List.of()).stream()
                .map(event -> (PersonEvent) event.getPayload())
                .reduce(Person.UNKNOWN, Person::evolve, (first, second) -> second);

        assertThat(store.load(List.of(person), true).getOrDefault(person, Person.UNKNOWN))
                .isEqualTo(folded);
        assertThat(store.differing(List.of(person), history)).isEmpty();
    }
}
