package org.consentledger.command.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.consentledger.command.CommandSideTest;
import org.consentledger.command.gateway.CommandDispatcher;
import org.consentledger.command.gateway.Envelope;
import org.consentledger.command.gateway.IdempotencyKey;
import org.consentledger.foundation.store.LedgerEngine;
import org.consentledger.foundation.store.PostgresForTests;
import org.consentledger.kernel.person.AddressHash;
import org.consentledger.kernel.person.Authorization;
import org.consentledger.kernel.person.CommandAnswer;
import org.consentledger.kernel.person.CommandRejected;
import org.consentledger.kernel.person.CommandRejected.Rule;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.EmailContent;
import org.consentledger.kernel.person.PersonCommand;
import org.consentledger.kernel.person.PersonCommand.RegisterPerson;
import org.consentledger.kernel.person.PersonCommand.SendEmail;
import org.consentledger.kernel.person.PersonCommand.SetAuthorization;
import org.consentledger.kernel.person.PersonCommand.SetSource;
import org.consentledger.kernel.person.PersonCommand.Unsubscribe;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonEvent.SourceSet;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.SourceType;
import org.consentledger.kernel.person.UnsubscribeReason;
import org.consentledger.kernel.provenance.Actor;
import org.consentledger.kernel.provenance.Provenance;
import org.consentledger.kernel.provenance.Via;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.jdbc.core.JdbcTemplate;

/** Commands that arrive together, while appends are held up as a slow disk would. */
@CommandSideTest
class GroupCommitTest {

    private static final AtomicInteger ADDRESSES = new AtomicInteger();
    private static final Envelope PLAIN = Envelope.of(by("u-1"));

    @Autowired
    private CommandDispatcher commands;

    @Autowired
    private LedgerEngine engine;

    @Autowired
    private Pipeline pipeline;

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private Clock clock;

    @Test
    void that_wait_for_the_disk_share_the_next_commit() throws Exception {
        var people = register(12);

        var outcomes = whileTheDiskIsSlow(people.stream()
                .map(person -> sending(set(person, SourceType.CRM_SYNC), PLAIN))
                .toList());

        assertThat(outcomes).allMatch(CommandAnswer.class::isInstance);
        assertThat(transactionsOf(people, 1))
                .as("one for each of the first two, and one for the ten that waited for them")
                .hasSize(3);
    }

    @Test
    void behind_groups_that_are_stuck_are_given_back_instead_of_waiting_for_ever() throws Exception {
        var begun = new CountDownLatch(2);
        var released = new CountDownLatch(1);
        var carriedOut = ConcurrentHashMap.<PersonId>newKeySet();
        var groups = new GroupCommit(
                new StuckDispatcher(command -> {
                    carriedOut.add(command.personId());
                    begun.countDown();
                    released.await();
                }),
                pipeline,
                Duration.ofMillis(100));
        var behind = PersonId.random();
        try (var pool = Executors.newFixedThreadPool(2)) {
            for (int number = 0; number < 2; number++) {
                pool.submit(() -> groups.send(set(PersonId.random(), SourceType.IMPORT), PLAIN));
            }
            begun.await();

            assertThatThrownBy(() -> groups.send(set(behind, SourceType.IMPORT), PLAIN))
                    .isInstanceOf(TransientDataAccessResourceException.class);

            released.countDown();
        }
        assertThat(carriedOut).hasSize(2).doesNotContain(behind);
    }

    @Test
    void each_get_their_own_answer() throws Exception {
        var people = register(4);
        var erasedOrUnknown = PersonId.random();
        var seen = new Envelope(by("u-2"), 1L, null);
        var outdated = new Envelope(by("u-3"), 7L, null);

        var outcomes = whileTheDiskIsSlow(List.of(
                sending(set(people.get(0), SourceType.CRM_SYNC), PLAIN),
                sending(set(people.get(1), SourceType.IMPORT), PLAIN),
                sending(set(people.get(2), SourceType.CRM_SYNC), seen),
                sending(set(people.get(3), SourceType.CRM_SYNC), outdated),
                sending(set(people.get(3), SourceType.MANUAL_UPLOAD), PLAIN),
                sending(set(erasedOrUnknown, SourceType.CRM_SYNC), PLAIN)));

        assertThat(outcomes)
                .containsExactly(
                        new CommandAnswer(people.get(0), 2),
                        new CommandAnswer(people.get(1), 2),
                        new CommandAnswer(people.get(2), 2),
                        Rule.VERSION_MISMATCH,
                        new CommandAnswer(people.get(3), 1),
                        Rule.UNKNOWN_PERSON);
        assertThat(historyOf(people.get(2)).getLast().getMetaData())
                .containsEntry(Provenance.ACTOR_ID, "u-2")
                .containsKey("causationId");
    }

    @Test
    void on_one_person_are_all_carried_out_and_in_the_order_of_their_arrival() throws Exception {
        var person = register(1).getFirst();
        var senders = new ArrayList<Callable<CommandAnswer>>();
        for (int number = 0; number < 40; number++) {
            var authorization = Authorization.other("Basis " + number);
            senders.add(sending(new SetAuthorization(person, authorization, clock.instant()), PLAIN));
        }

        var outcomes = whileTheDiskIsSlow(senders);

        assertThat(outcomes).allMatch(CommandAnswer.class::isInstance);
        assertThat(new HashSet<>(outcomes)).as("a version of their own").hasSize(40);
        assertThat(historyOf(person)).hasSize(41);
    }

    @Test
    void under_the_same_idempotency_key_are_carried_out_once() throws Exception {
        var people = register(3);
        var once = new Envelope(by("u-4"), null, new IdempotencyKey("u-4", "key-1", "the request"));
        var other = new Envelope(by("u-4"), null, new IdempotencyKey("u-4", "key-1", "another request"));
        var senders = new ArrayList<Callable<CommandAnswer>>();
        senders.add(sending(set(people.get(0), SourceType.CRM_SYNC), PLAIN));
        senders.add(sending(set(people.get(1), SourceType.CRM_SYNC), PLAIN));
        for (int time = 0; time < 5; time++) {
            var authorization = Authorization.other(UUID.randomUUID().toString());
            senders.add(sending(new SetAuthorization(people.get(2), authorization, clock.instant()), once));
        }

        var outcomes = whileTheDiskIsSlow(senders);

        assertThat(outcomes.subList(2, 7)).containsOnly(new CommandAnswer(people.get(2), 2));
        assertThat(historyOf(people.get(2))).hasSize(2);
        assertThat(whileTheDiskIsSlow(List.of(
                        sending(set(people.get(0), SourceType.OTHER), PLAIN),
                        sending(set(people.get(1), SourceType.OTHER), PLAIN),
                        sending(set(people.get(2), SourceType.OTHER), once),
                        sending(set(people.get(2), SourceType.OTHER), other))))
                .endsWith(new CommandAnswer(people.get(2), 2), Rule.IDEMPOTENCY_KEY_REUSED);
    }

    @Test
    void are_unaffected_by_one_that_lost_a_race_against_another_process() throws Exception {
        var people = register(6);
        // Once in a turn each, so that they are remembered.
        whileTheDiskIsSlow(people.stream()
                .map(person -> sending(set(person, SourceType.CRM_SYNC), PLAIN))
                .toList());
        var raced = people.getLast();
        var version = historyOf(raced).size();
        engine.appendEvents(List.of(new GenericDomainEventMessage<>(
                "Person",
                raced.toString(),
                version,
                new SourceSet(raced, Source.of(SourceType.IMPORT), Source.of(SourceType.CRM_SYNC), clock.instant()))));

        var outcomes = whileTheDiskIsSlow(people.stream()
                .map(person -> sending(set(person, SourceType.OTHER), PLAIN))
                .toList());

        assertThat(outcomes)
                .containsExactlyElementsOf(people.stream()
                        .map(person -> new CommandAnswer(person, person.equals(raced) ? version + 2 : 3))
                        .toList());
    }

    @Test
    void that_would_change_nothing_notice_a_change_by_another_process() throws Exception {
        var people = register(6);
        whileTheDiskIsSlow(people.stream()
                .map(person -> sending(set(person, SourceType.CRM_SYNC), PLAIN))
                .toList());
        var raced = people.getLast();
        engine.appendEvents(List.of(new GenericDomainEventMessage<>(
                "Person",
                raced.toString(),
                2,
                new SourceSet(raced, Source.of(SourceType.IMPORT), Source.of(SourceType.CRM_SYNC), clock.instant()))));

        var outcomes = whileTheDiskIsSlow(people.stream()
                .map(person -> sending(set(person, SourceType.CRM_SYNC), PLAIN))
                .toList());

        assertThat(outcomes.subList(0, 5))
                .containsOnly(people.subList(0, 5).stream()
                        .map(person -> new CommandAnswer(person, 2))
                        .toArray());
        assertThat(outcomes.getLast()).isEqualTo(new CommandAnswer(raced, 4));
    }

    @Test
    void may_be_registrations_of_which_one_gets_the_address() throws Exception {
        var email = address();
        var senders = new ArrayList<Callable<CommandAnswer>>();
        for (int number = 0; number < 8; number++) {
            senders.add(sending(registration(PersonId.random(), email), PLAIN));
        }

        var outcomes = whileTheDiskIsSlow(senders);

        assertThat(outcomes).filteredOn(CommandAnswer.class::isInstance).hasSize(1);
        assertThat(outcomes).filteredOn(Rule.ADDRESS_TAKEN::equals).hasSize(7);
    }

    @Test
    void queue_accepted_mails_and_record_refused_ones() throws Exception {
        var people = register(4);
        commands.send(new Unsubscribe(people.get(3), null, null, null, clock.instant()), PLAIN);
        var mail = UUID.randomUUID();

        var outcomes = whileTheDiskIsSlow(List.of(
                sending(set(people.get(0), SourceType.CRM_SYNC), PLAIN),
                sending(set(people.get(1), SourceType.CRM_SYNC), PLAIN),
                sending(mailTo(people.get(2), mail), PLAIN),
                sending(mailTo(people.get(3), UUID.randomUUID()), PLAIN)));

        assertThat(outcomes.get(2)).isEqualTo(new CommandAnswer(people.get(2), 2));
        assertThat(outcomes.get(3)).isEqualTo(Rule.PERSON_UNSUBSCRIBED);
        assertThat(jdbc.queryForObject("SELECT count(*) FROM outbox WHERE email_id = ?", Long.class, mail))
                .isOne();
        assertThat(historyOf(people.get(3))).hasSize(3);
    }

    /** Alone or together, the same commands come to the same events. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void have_the_same_results_as_one_after_the_other(long seed) throws Exception {
        var random = new Random(seed);
        var together = register(5);
        var alone = register(5);
        var senders = new ArrayList<Callable<CommandAnswer>>();
        var afterwards = new ArrayList<Callable<CommandAnswer>>();
        for (int number = 0; number < 20; number++) {
            var index = number % 5; // those on one person wait in line, so their order is known
            var choice = random.nextInt(4);
            senders.add(sending(anyCommand(together.get(index), choice), PLAIN));
            afterwards.add(sending(anyCommand(alone.get(index), choice), PLAIN));
        }

        whileTheDiskIsSlow(senders);
        for (var sender : afterwards) {
            outcome(sender);
        }

        for (int index = 0; index < 5; index++) {
            assertThat(typesOf(together.get(index))).isEqualTo(typesOf(alone.get(index)));
        }
    }

    private PersonCommand anyCommand(PersonId person, int choice) {
        return switch (choice) {
            case 0 -> set(person, SourceType.CRM_SYNC);
            case 1 -> new SetAuthorization(person, Authorization.other("A basis"), clock.instant());
            case 2 -> new Unsubscribe(person, null, null, null, clock.instant());
            default -> mailTo(person, UUID.randomUUID());
        };
    }

    /**
     * Holds the append lock until all senders but the first two, who wait for it, have come to the gate, each after the
     * other; then lets it go.
     */
    private List<Object> whileTheDiskIsSlow(List<Callable<CommandAnswer>> senders) throws Exception {
        try (var pool = Executors.newVirtualThreadPerTaskExecutor();
                var disk = PostgresForTests.asOwner(jdbc).getDataSource().getConnection()) {
            disk.setAutoCommit(false);
            lockAppends(disk);
            var outcomes = new ArrayList<Future<Object>>();
            for (var sender : senders) {
                var thread = new Thread[1];
                outcomes.add(pool.submit(() -> {
                    thread[0] = Thread.currentThread();
                    return outcome(sender);
                }));
                await().pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> thread[0] != null && isWaiting(thread[0]));
            }
            disk.rollback();
            var results = new ArrayList<Object>();
            for (var outcome : outcomes) {
                results.add(outcome.get());
            }
            return results;
        }
    }

    private static boolean isWaiting(Thread thread) {
        return Set.of(Thread.State.WAITING, Thread.State.TIMED_WAITING, Thread.State.TERMINATED)
                .contains(thread.getState());
    }

    private static void lockAppends(Connection disk) throws Exception {
        try (var statement = disk.createStatement()) {
            statement.execute("LOCK TABLE event IN SHARE MODE");
        }
    }

    /** The answer, or the rule by which there is none. */
    private static Object outcome(Callable<CommandAnswer> sender) throws Exception {
        try {
            return sender.call();
        } catch (CommandRejected rejected) {
            return rejected.rule();
        }
    }

    private Callable<CommandAnswer> sending(PersonCommand command, Envelope envelope) {
        return () -> commands.send(command, envelope);
    }

    /** Which transactions have recorded the people's events with that sequence number. */
    private Set<String> transactionsOf(List<PersonId> people, long sequence) {
        return new HashSet<>(jdbc.queryForList(
                "SELECT xmin::text FROM event WHERE version = ? + 1 AND stream = ANY (?)",
                String.class,
                sequence,
                people.stream().map(PersonId::value).toArray(UUID[]::new)));
    }

    private List<PersonId> register(int howMany) {
        var people = new ArrayList<PersonId>();
        for (int number = 0; number < howMany; number++) {
            people.add(commands.send(registration(PersonId.random(), address()), PLAIN)
                    .personId());
        }
        return people;
    }

    private RegisterPerson registration(PersonId person, String email) {
        return new RegisterPerson(
                person,
                ContactData.NONE.with(ContactField.EMAILS, List.of(email)),
                Source.of(SourceType.MANUAL_UPLOAD),
                null,
                clock.instant());
    }

    private SetSource set(PersonId person, SourceType type) {
        return new SetSource(person, Source.of(type), clock.instant());
    }

    private SendEmail mailTo(PersonId person, UUID mail) {
        return new SendEmail(person, mail, new EmailContent("News", "There is news.", null), false, clock.instant());
    }

    private List<? extends DomainEventMessage<?>> historyOf(PersonId person) {
        return engine.readEvents(List.of(person.toString())).get(person.toString());
    }

    private List<Class<?>> typesOf(PersonId person) {
        return historyOf(person).stream()
                .<Class<?>>map(
                        message -> PersonEvent.class.cast(message.getPayload()).getClass())
                .toList();
    }

    private static Provenance by(String actor) {
        return new Provenance(new Actor(actor, actor, List.of("operator")), Via.API, "request", null);
    }

    private static String address() {
        return "together-" + ADDRESSES.incrementAndGet() + "@example.org";
    }

    /** Carries no command out, and returns when it is told to. */
    private record StuckDispatcher(Waiting waiting) implements CommandDispatcher {

        private interface Waiting {
            void until(PersonCommand command) throws InterruptedException;
        }

        @Override
        public CommandAnswer send(PersonCommand command, Envelope envelope) {
            try {
                waiting.until(command);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return new CommandAnswer(command.personId(), 1);
        }

        @Override
        public void unsubscribe(String email, UnsubscribeReason reason, Envelope envelope) {}

        @Override
        public void unsubscribe(AddressHash address, UnsubscribeReason reason, String comment, Envelope envelope) {}
    }
}
