package org.consentledger.command.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import javax.sql.DataSource;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.spring.messaging.unitofwork.SpringTransactionManager;
import org.consentledger.command.CommandSideTest;
import org.consentledger.foundation.privacy.LookupHash;
import org.consentledger.foundation.store.LedgerEngine;
import org.consentledger.kernel.person.Authorization;
import org.consentledger.kernel.person.CommandRejected;
import org.consentledger.kernel.person.CommandRejected.Rule;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.ContactDataPatch;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.EmailContent;
import org.consentledger.kernel.person.EmailRefusal;
import org.consentledger.kernel.person.Evidence;
import org.consentledger.kernel.person.PersonCommand.ApproveResubscribe;
import org.consentledger.kernel.person.PersonCommand.ChangeContactData;
import org.consentledger.kernel.person.PersonCommand.ErasePerson;
import org.consentledger.kernel.person.PersonCommand.RegisterPerson;
import org.consentledger.kernel.person.PersonCommand.SendEmail;
import org.consentledger.kernel.person.PersonCommand.SetAuthorization;
import org.consentledger.kernel.person.PersonCommand.SetSource;
import org.consentledger.kernel.person.PersonCommand.Unsubscribe;
import org.consentledger.kernel.person.PersonEvent.EmailRefused;
import org.consentledger.kernel.person.PersonEvent.PersonErased;
import org.consentledger.kernel.person.PersonEvent.SourceSet;
import org.consentledger.kernel.person.PersonEvent.Unsubscribed;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.SourceType;
import org.consentledger.kernel.person.UnsubscribeCause;
import org.consentledger.kernel.person.UnsubscribeReason;
import org.consentledger.kernel.provenance.Actor;
import org.consentledger.kernel.provenance.Provenance;
import org.consentledger.kernel.provenance.Via;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

/** Commands as they are carried out on a real store; the rules themselves are in {@code PersonTest}. */
@CommandSideTest
class CommandDispatcherTest {

    private static final Provenance BY_AN_OPERATOR =
            new Provenance(new Actor("u-17", "Otto Operator", List.of("operator")), Via.API, "request-1", null);
    private static final Envelope PLAIN = Envelope.of(BY_AN_OPERATOR);
    private static final AtomicInteger ADDRESSES = new AtomicInteger();

    @Autowired
    private CommandDispatcher commands;

    @Autowired
    private LedgerEngine engine;

    @Autowired
    private LookupHash hash;

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private DataSource dataSource;

    @Autowired
    private Clock clock;

    @Autowired
    private TransactionManager transactionManager;

    @Autowired
    private EventStorageEngine storageEngine;

    @Test
    void axon_uses_the_ledger_engine_and_spring_transactions() {
        assertThat(storageEngine).isInstanceOf(LedgerEngine.class);
        assertThat(transactionManager).isInstanceOf(SpringTransactionManager.class);
    }

    @Test
    void an_event_has_its_provenance() {
        var person = register(address());

        var metaData = historyOf(person).getFirst().getMetaData();

        assertThat(Provenance.of(metaData))
                .isEqualTo(BY_AN_OPERATOR.causedBy(String.valueOf(metaData.get(Provenance.CAUSATION_ID))));
        assertThat(metaData.get(Provenance.CAUSATION_ID)).isNotEqualTo(BY_AN_OPERATOR.correlationId());
    }

    @Test
    void later_commands_see_earlier_events() {
        var person = register(address());
        assertThat(commands.send(source(person, SourceType.CRM_SYNC), PLAIN).version())
                .isEqualTo(2);
        assertThat(commands.send(source(person, SourceType.CRM_SYNC), PLAIN).version())
                .as("said again")
                .isEqualTo(2);
        assertThat(commands.send(source(person, SourceType.IMPORT), PLAIN).version())
                .isEqualTo(3);
    }

    @Test
    void a_command_for_an_unregistered_person_is_rejected() {
        assertRejected(() -> commands.send(source(PersonId.random(), SourceType.IMPORT), PLAIN), Rule.UNKNOWN_PERSON);
    }

    @Test
    void a_long_history_is_loaded_completely() {
        var email = address();
        var person = register(email);
        for (int turn = 0; turn < 60; turn++) {
            commands.send(source(person, turn % 2 == 0 ? SourceType.CRM_SYNC : SourceType.IMPORT), PLAIN);
        }

        assertThat(commands.send(source(person, SourceType.OTHER), PLAIN).version())
                .isEqualTo(62);
        assertRejected(() -> register(email), Rule.ADDRESS_TAKEN);
    }

    @Test
    void are_answered_within_ten_seconds_though_another_process_is_frozen_while_it_holds_the_append_lock()
            throws Exception {
        // To PostgreSQL a frozen process is a session that holds the lock and sends nothing more.
        var frozen = dataSource.getConnection();
        try (var statement = frozen.createStatement()) {
            frozen.setAutoCommit(false);
            statement.execute("SELECT pg_advisory_xact_lock(" + LedgerEngine.APPEND_LOCK + ")");

            var email = address();
            assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
                var person = register(email);
                commands.unsubscribe(email, null, PLAIN);
                assertThat(payloadsOf(person)).hasSize(2);
            });
        }
        assertThatThrownBy(frozen::commit).as("PostgreSQL has ended it").isInstanceOf(SQLException.class);
        frozen.close();
    }

    @Nested
    class An_address {

        @Test
        void can_be_registered_by_one_of_many_at_once() throws Exception {
            var email = address();
            var outcomes = atOnce(16, () -> register(email));

            assertThat(outcomes).filteredOn(PersonId.class::isInstance).hasSize(1);
            var winner = outcomes.stream().filter(PersonId.class::isInstance).findFirst();
            assertThat(outcomes)
                    .filteredOn(outcome -> !(outcome instanceof PersonId))
                    .hasSize(15)
                    .allSatisfy(outcome -> assertThat(outcome)
                            .asInstanceOf(type(CommandRejected.class))
                            .returns(Rule.ADDRESS_TAKEN, CommandRejected::rule)
                            .returns(winner.orElseThrow(), CommandRejected::holder));
        }

        @Test
        void is_free_again_after_its_person_has_changed_to_another() {
            var email = address();
            var person = register(email);
            commands.send(
                    new ChangeContactData(
                            person, new ContactDataPatch(Map.of(ContactField.EMAILS, List.of(address()))), now()),
                    PLAIN);

            assertThat(register(email)).isNotEqualTo(person);
        }

        @Test
        void opted_out_without_a_person_makes_its_next_holder_unsubscribed() {
            var email = address();
            commands.unsubscribe(email.toUpperCase(Locale.ROOT), UnsubscribeReason.NEVER_SIGNED_UP, PLAIN);
            commands.unsubscribe(email, null, PLAIN);

            var person = register(email);

            assertThat(payloadsOf(person).getLast())
                    .asInstanceOf(type(Unsubscribed.class))
                    .returns(UnsubscribeCause.SUPPRESSED_ADDRESS, Unsubscribed::cause);
            assertThat(jdbc.queryForObject(
                            "SELECT count(*) FROM event WHERE type = 9 AND convert_from(payload, 'UTF8') LIKE ?",
                            Long.class,
                            "%" + hash.ofEmail(email).value() + "%"))
                    .as("said twice, recorded once")
                    .isEqualTo(1);
        }

        @Test
        void opted_out_unsubscribes_its_holder() {
            var email = address();
            var person = register(email);

            commands.unsubscribe(email, UnsubscribeReason.TOO_FREQUENT, PLAIN);

            assertThat(payloadsOf(person).getLast())
                    .asInstanceOf(type(Unsubscribed.class))
                    .returns(UnsubscribeReason.TOO_FREQUENT, Unsubscribed::reason);
        }

        @Test
        void opted_out_while_its_person_is_being_erased_is_suppressed() throws Exception {
            for (int round = 0; round < 20; round++) {
                var email = address();
                var person = register(email);
                atOnce(2, new AtomicInteger()::getAndIncrement, turn -> {
                    if (turn == 0) {
                        commands.unsubscribe(email, null, PLAIN);
                    } else {
                        commands.send(new ErasePerson(person, "asked for it", now()), PLAIN);
                    }
                    return turn;
                });

                assertThat(payloadsOf(register(email))).hasAtLeastOneElementOfType(Unsubscribed.class);
            }
        }

        @Test
        void registered_and_opted_out_at_once_ends_up_opted_out() throws Exception {
            for (int round = 0; round < 20; round++) {
                var email = address();
                atOnce(2, new AtomicInteger()::getAndIncrement, turn -> {
                    if (turn == 0) {
                        commands.unsubscribe(email, null, PLAIN);
                        return turn;
                    }
                    return register(email);
                });
                var person = holderOf(email);
                assertThat(payloadsOf(person)).hasAtLeastOneElementOfType(Unsubscribed.class);
            }
        }
    }

    @Nested
    class An_erased_person {

        @Test
        void leaves_no_key_no_address_and_nothing_readable_but_the_suppression() {
            var email = address();
            var person = register(email);
            commands.send(new Unsubscribe(person, null, "leave me alone", null, now()), PLAIN);
            commands.send(new ErasePerson(person, "asked for it", now()), PLAIN);

            assertThat(jdbc.queryForObject(
                            "SELECT wrapped IS NULL FROM keys.person_key WHERE person_id = ?",
                            Boolean.class,
                            person.value()))
                    .isTrue();
            assertThat(holderOf(email)).isNull();
            assertThat(payloadsOf(person).toString()).doesNotContain(email, "leave me alone");
            assertRejected(() -> commands.send(source(person, SourceType.OTHER), PLAIN), Rule.PERSON_ERASED);

            var again = register(email);

            assertThat(again).isNotEqualTo(person);
            assertThat(payloadsOf(again)).hasAtLeastOneElementOfType(Unsubscribed.class);
        }

        @Test
        void is_erased_also_for_a_process_whose_cache_is_behind() {
            var person = register(address());
            commands.send(source(person, SourceType.CRM_SYNC), PLAIN);
            anotherProcessErases(person, 2);

            assertRejected(
                    () -> commands.send(new Unsubscribe(person, null, "leave me alone", null, now()), PLAIN),
                    Rule.PERSON_ERASED);
            assertThat(payloadsOf(person)).hasSize(3);
        }

        @Test
        void is_not_mailed_by_a_process_whose_cache_is_behind_and_that_is_recorded() {
            var person = register(address());
            commands.send(source(person, SourceType.CRM_SYNC), PLAIN);
            anotherProcessErases(person, 2);

            assertRejected(
                    () -> commands.send(
                            new SendEmail(
                                    person,
                                    UUID.randomUUID(),
                                    new EmailContent("News", "Something new", null),
                                    false,
                                    now()),
                            PLAIN),
                    Rule.PERSON_ERASED);
            assertThat(payloadsOf(person).getLast())
                    .asInstanceOf(type(EmailRefused.class))
                    .returns(EmailRefusal.PERSON_ERASED, EmailRefused::reason);
        }

        @Test
        void without_an_opt_out_can_register_again_as_subscribed() {
            var email = address();
            var person = register(email);
            commands.send(new ErasePerson(person, "asked for it", now()), PLAIN);

            assertThat(payloadsOf(register(email))).doesNotHaveAnyElementsOfTypes(Unsubscribed.class);
        }
    }

    @Test
    void an_approved_resubscribe_lifts_the_suppression_of_the_address() {
        var email = address();
        var person = register(email);
        commands.send(new Unsubscribe(person, null, null, null, now()), PLAIN);
        var today = LocalDate.ofInstant(now(), ZoneOffset.UTC);
        commands.send(
                new ApproveResubscribe(
                        person,
                        true,
                        "heard the call",
                        new Evidence(today, "News", "phone", null),
                        ZoneOffset.UTC,
                        now()),
                PLAIN);
        assertThat(jdbc.queryForObject(
                        "SELECT count(*) FROM suppression WHERE address_hash = ?",
                        Long.class,
                        hash.ofEmail(email).value()))
                .isZero();
    }

    @Nested
    class Idempotent_requests {

        @Test
        void get_the_same_answer_and_are_carried_out_once() {
            var key = key("request");
            var first = commands.send(registration(PersonId.random(), address()), key);
            var second = commands.send(registration(PersonId.random(), address()), key);

            assertThat(second).isEqualTo(first);
            assertThat(payloadsOf(first.personId())).hasSize(1);
        }

        @Test
        void sent_many_times_at_once_are_carried_out_once() throws Exception {
            var key = key("request");
            var answers = atOnce(
                    16,
                    () -> commands.send(registration(PersonId.random(), address()), key)
                            .personId());

            assertThat(answers.stream().distinct()).hasSize(1);
        }

        @Test
        void under_a_key_of_another_request_are_rejected() {
            var name = UUID.randomUUID().toString();
            commands.send(registration(PersonId.random(), address()), key(name, "one"));

            assertRejected(
                    () -> commands.send(registration(PersonId.random(), address()), key(name, "another")),
                    Rule.IDEMPOTENCY_KEY_REUSED);
        }

        @Test
        void that_were_rejected_may_be_sent_again() {
            var email = address();
            var holder = register(email);
            var key = key("request");
            assertRejected(() -> commands.send(registration(PersonId.random(), email), key), Rule.ADDRESS_TAKEN);
            commands.send(new ErasePerson(holder, "asked for it", now()), PLAIN);

            assertThat(commands.send(registration(PersonId.random(), email), key)
                            .version())
                    .isEqualTo(1);
        }

        @Test
        void under_a_key_that_has_expired_are_new_requests() {
            var person = register(address());
            var name = UUID.randomUUID().toString();
            commands.send(source(person, SourceType.CRM_SYNC), key(name, "the request of last week"));
            jdbc.update("UPDATE idempotency SET created_at = now() - interval '8 days' WHERE key = ?", name);

            var today = key(name, "the request of today");
            assertThat(commands.send(source(person, SourceType.OTHER), today).version())
                    .isEqualTo(3);
            assertThat(commands.send(source(person, SourceType.IMPORT), today).version())
                    .as("the answer that is stored now")
                    .isEqualTo(3);
        }

        @Test
        void by_address_are_carried_out_once_too() {
            var email = address();
            var key = key("request");
            commands.unsubscribe(email, null, key);
            commands.unsubscribe(email, null, key);

            assertThat(jdbc.queryForObject(
                            "SELECT count(*) FROM event WHERE type = 9 AND convert_from(payload, 'UTF8') LIKE ?",
                            Long.class,
                            "%" + hash.ofEmail(email).value() + "%"))
                    .isEqualTo(1);
        }
    }

    @Nested
    class Expected_versions {

        @Test
        void that_are_outdated_are_a_mismatch() {
            var person = register(address());
            commands.send(source(person, SourceType.CRM_SYNC), PLAIN);

            assertRejected(
                    () -> commands.send(source(person, SourceType.OTHER), new Envelope(BY_AN_OPERATOR, 1L, null)),
                    Rule.VERSION_MISMATCH);
            assertThat(commands.send(source(person, SourceType.OTHER), new Envelope(BY_AN_OPERATOR, 2L, null))
                            .version())
                    .isEqualTo(3);
        }

        @Test
        void let_one_of_many_at_once_through() throws Exception {
            var person = register(address());
            var outcomes = atOnce(
                    16,
                    () -> commands.send(
                            new SetAuthorization(
                                    person,
                                    Authorization.other(UUID.randomUUID().toString()),
                                    now()),
                            new Envelope(BY_AN_OPERATOR, 1L, null)));

            assertThat(outcomes).filteredOn(CommandRejected.class::isInstance).hasSize(15);
            assertThat(payloadsOf(person)).hasSize(2);
        }
    }

    @Test
    void a_process_whose_cache_is_behind_notices_even_when_it_would_record_nothing() {
        var person = register(address());
        commands.send(source(person, SourceType.CRM_SYNC), PLAIN);
        anotherProcessSetsSource(person, 2, SourceType.OTHER);

        var answer = commands.send(source(person, SourceType.CRM_SYNC), PLAIN);

        assertThat(answer.version()).isEqualTo(4);
    }

    @Test
    void many_at_once_on_one_person_are_all_carried_out_one_after_the_other() throws Exception {
        var person = register(address());
        var outcomes = atOnce(
                64,
                () -> commands.send(
                        new SetAuthorization(
                                person, Authorization.other(UUID.randomUUID().toString()), now()),
                        PLAIN));

        assertThat(outcomes).noneMatch(Exception.class::isInstance);
        assertThat(payloadsOf(person)).hasSize(65);
    }

    /** Appends past this process's cache, as another instance would. */
    private void anotherProcessSetsSource(PersonId person, long sequence, SourceType type) {
        engine.appendEvents(List.of(new GenericDomainEventMessage<>(
                "Person",
                person.toString(),
                sequence,
                new SourceSet(person, Source.of(type), Source.of(SourceType.CRM_SYNC), now()))));
    }

    /** Likewise. */
    private void anotherProcessErases(PersonId person, long sequence) {
        engine.appendEvents(List.of(new GenericDomainEventMessage<>(
                "Person", person.toString(), sequence, new PersonErased(person, "asked for it", now()))));
    }

    private PersonId register(String email) {
        return commands.send(registration(PersonId.random(), email), PLAIN).personId();
    }

    private RegisterPerson registration(PersonId person, String email) {
        return new RegisterPerson(
                person,
                ContactData.NONE.with(ContactField.EMAILS, List.of(email)),
                Source.of(SourceType.MANUAL_UPLOAD),
                null,
                now());
    }

    private SetSource source(PersonId person, SourceType type) {
        return new SetSource(person, Source.of(type), now());
    }

    private List<? extends DomainEventMessage<?>> historyOf(PersonId person) {
        return engine.readEvents(List.of(person.toString())).get(person.toString());
    }

    private List<Object> payloadsOf(PersonId person) {
        return historyOf(person).stream()
                .<Object>map(DomainEventMessage::getPayload)
                .toList();
    }

    private @Nullable PersonId holderOf(String email) {
        return jdbc
                .queryForList(
                        "SELECT person_id FROM person_identity WHERE key_hash = ?",
                        UUID.class,
                        hash.ofEmail(email).value())
                .stream()
                .map(PersonId::new)
                .findFirst()
                .orElse(null);
    }

    private Instant now() {
        return clock.instant();
    }

    private static String address() {
        return "person-" + ADDRESSES.incrementAndGet() + "@example.org";
    }

    private static Envelope key(String fingerprint) {
        return key(UUID.randomUUID().toString(), fingerprint);
    }

    private static Envelope key(String name, String fingerprint) {
        return new Envelope(BY_AN_OPERATOR, null, new IdempotencyKey("u-17", name, fingerprint));
    }

    private static void assertRejected(ThrowingCallable action, Rule rule) {
        assertThatThrownBy(action).asInstanceOf(type(CommandRejected.class)).returns(rule, CommandRejected::rule);
    }

    private static List<Object> atOnce(int callers, Callable<Object> action) throws Exception {
        return atOnce(callers, () -> 0, ignored -> action.call());
    }

    private static List<Object> atOnce(int callers, IntSupplier number, Numbered action) throws Exception {
        var outcomes = new ArrayList<Object>();
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            var futures = new ArrayList<Future<Object>>();
            for (int caller = 0; caller < callers; caller++) {
                futures.add(pool.submit(() -> {
                    try {
                        return action.call(number.getAsInt());
                    } catch (Exception e) {
                        return e;
                    }
                }));
            }
            for (var future : futures) {
                outcomes.add(future.get());
            }
        }
        return outcomes;
    }

    private interface Numbered {
        Object call(int number) throws Exception;
    }
}
