package org.consentledger.command.person;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;
import org.consentledger.kernel.person.AddressHash;
import org.consentledger.kernel.person.Authorization;
import org.consentledger.kernel.person.AuthorizationType;
import org.consentledger.kernel.person.CommandRejected;
import org.consentledger.kernel.person.ContactDataPatch;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.EmailContent;
import org.consentledger.kernel.person.EmailFailure;
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
import org.consentledger.kernel.person.PersonEvent.EmailAccepted;
import org.consentledger.kernel.person.PersonEvent.EmailFailed;
import org.consentledger.kernel.person.PersonEvent.EmailRefused;
import org.consentledger.kernel.person.PersonEvent.EmailSent;
import org.consentledger.kernel.person.PersonEvent.ResubscribeApproved;
import org.consentledger.kernel.person.PersonEvent.Unsubscribed;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.SalesforceId;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.SourceType;
import org.consentledger.kernel.person.UnsubscribeReason;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What must hold for every history of a few people who fight for a few addresses; the seed in a test's name replays a
 * failure.
 */
class PersonHistoriesTest {

    private static final int COMMANDS = 60;
    private static final String[] ADDRESSES = {
        "a@example.org", "A@Example.org ", "b@example.org", "c@example.org", "d@example.org"
    };

    private static final String[] RECORDS = {
        "003A000001abcDE", "003A000001abcDEIAQ", "00QA000001abcDE", "00QA000001abcDF"
    };

    static LongStream seeds() {
        return LongStream.range(0, 500);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void a_repeated_command_records_nothing(long seed) {
        var world = new World(seed);
        for (int turn = 0; turn < COMMANDS; turn++) {
            var command = world.anyCommand();
            world.answer(command);
            if (!(command instanceof RecordExport) && !(command instanceof SendEmail)) {
                assertThat(world.answer(command)).as("repeating %s", command).isEmpty();
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void a_person_is_unsubscribed_exactly_if_an_address_is_suppressed(long seed) {
        var world = new World(seed);
        for (int turn = 0; turn < COMMANDS; turn++) {
            var command = world.anyCommand();
            world.answer(command);
            world.people.forEach((id, person) -> person.contact()
                    .emails()
                    .forEach(email -> assertThat(person.optOut() != null)
                            .as("%s unsubscribed after %s, as far as %s goes", id, command, email)
                            .isEqualTo(world.identities.isSuppressed(Examples.hash(email)))));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void only_an_approval_lifts_the_opt_out_of_an_address(long seed) {
        var world = new World(seed);
        for (int turn = 0; turn < COMMANDS; turn++) {
            var suppressedBefore = List.copyOf(world.identities.suppressed);
            var events = world.answer(world.anyCommand());
            var lifted = events.stream()
                    .filter(ResubscribeApproved.class::isInstance)
                    .flatMap(event -> ((ResubscribeApproved) event).addresses().stream())
                    .toList();
            assertThat(suppressedBefore)
                    .filteredOn(address -> !lifted.contains(address))
                    .allMatch(world.identities.suppressed::contains);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void a_consent_older_than_the_opt_out_of_an_address_does_not_lift_it(long seed) {
        var world = new World(seed);
        var optedOutOn = new HashMap<AddressHash, LocalDate>();
        for (int turn = 0; turn < 5 * COMMANDS; turn++) {
            for (var event : world.answer(world.anyCommand())) {
                if (event instanceof Unsubscribed optOut && optOut.cause().isSaid()) {
                    var day = LocalDate.ofInstant(optOut.at(), ZoneOffset.UTC);
                    optOut.addresses().forEach(address -> optedOutOn.put(address, day));
                } else if (event instanceof ResubscribeApproved approved) {
                    approved.addresses()
                            .forEach(address -> assertThat(approved.evidence().dateOfConsent())
                                    .as("the consent that lifts the opt-out of %s", address)
                                    .isAfterOrEqualTo(optedOutOn.getOrDefault(address, LocalDate.MIN)));
                }
            }
            world.maybeOptOutAnAddressThatNobodyHas().ifPresent(address -> optedOutOn.put(address, world.today()));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void an_address_belongs_to_one_person_at_most(long seed) {
        var world = new World(seed);
        for (int turn = 0; turn < COMMANDS; turn++) {
            world.answer(world.anyCommand());
            assertThat(world.people.values().stream()
                            .flatMap(person -> person.contact().emails().stream()
                                    .map(Examples::hash)
                                    .distinct()))
                    .doesNotHaveDuplicates();
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void a_salesforce_record_belongs_to_one_person_at_most(long seed) {
        var world = new World(seed);
        for (int turn = 0; turn < COMMANDS; turn++) {
            world.answer(world.anyCommand());
            assertThat(world.people.values().stream()
                            .flatMap(person -> person.contact().values(ContactField.SALESFORCE_ID).stream()
                                    .map(SalesforceId::comparable)))
                    .doesNotHaveDuplicates();
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void the_version_counts_the_events_and_an_erasure_is_the_last_of_them(long seed) {
        var world = new World(seed);
        var count = new LinkedHashMap<PersonId, Integer>();
        for (int turn = 0; turn < COMMANDS; turn++) {
            var command = world.anyCommand();
            var wasErased = world.person(command.personId()).erased();
            var events = world.answer(command);
            count.merge(command.personId(), events.size(), Integer::sum);
            assertThat(world.person(command.personId()).version())
                    .isEqualTo(count.get(command.personId()).longValue());
            if (wasErased) {
                assertThat(events)
                        .allMatch(event -> event instanceof EmailRefused refused && refused.subject() == null
                                || event instanceof EmailSent
                                || event instanceof EmailFailed);
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void no_mail_to_an_address_is_accepted_or_released_between_its_opt_out_and_an_approval(long seed) {
        var world = new World(seed);
        for (int turn = 0; turn < COMMANDS; turn++) {
            for (var event : world.answer(world.anyCommand())) {
                if (event instanceof EmailAccepted accepted && !accepted.nonCommercial()) {
                    assertThat(world.identities.isSuppressed(Examples.hash(accepted.to())))
                            .as("%s suppressed", accepted.to())
                            .isFalse();
                }
            }
            world.people.forEach((id, person) -> person.underWay().forEach(email -> {
                var withheld = world.wouldWithhold(id, email.emailId());
                var mayGo = !person.erased()
                        && (email.nonCommercial() || !world.identities.isSuppressed(Examples.hash(email.to())))
                        && id.equals(world.identities.holderOfAddress(Examples.hash(email.to())));
                assertThat(withheld).as("%s withheld", email).isEqualTo(!mayGo);
            }));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void every_accepted_mail_has_one_outcome_at_most(long seed) {
        var world = new World(seed);
        var accepted = new ArrayList<UUID>();
        var ended = new ArrayList<UUID>();
        for (int turn = 0; turn < COMMANDS; turn++) {
            for (var event : world.answer(world.anyCommand())) {
                switch (event) {
                    case EmailAccepted mail -> accepted.add(mail.emailId());
                    case EmailSent mail -> ended.add(mail.emailId());
                    case EmailFailed mail -> ended.add(mail.emailId());
                    case EmailRefused mail -> ended.add(mail.emailId());
                    default -> {}
                }
            }
        }
        assertThat(accepted).doesNotHaveDuplicates();
        assertThat(ended).doesNotHaveDuplicates();
        assertThat(world.people.values().stream()
                        .flatMap(person -> person.underWay().stream().map(Person.EmailUnderWay::emailId)))
                .containsExactlyInAnyOrderElementsOf(
                        accepted.stream().filter(mail -> !ended.contains(mail)).toList());
    }

    /** A few people with their registers, and a sender of random commands. */
    private static final class World {

        final Examples.Identities identities = new Examples.Identities();
        final Map<PersonId, Person> people = new LinkedHashMap<>();

        private final RandomGenerator random;
        private final List<PersonId> cast = new ArrayList<>();
        private Instant now = Examples.MONDAY;

        World(long seed) {
            random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
            for (int number = 0; number < 4; number++) {
                cast.add(new PersonId(new UUID(seed, number)));
            }
        }

        Person person(PersonId id) {
            return people.getOrDefault(id, Person.UNKNOWN);
        }

        /** Does what a command asks; a refused one does nothing. */
        List<PersonEvent> answer(PersonCommand command) {
            var person = person(command.personId());
            List<PersonEvent> events;
            try {
                events = person.decide(command, identities);
            } catch (CommandRejected rejected) {
                return List.of();
            }
            for (var event : events) {
                person = person.evolve(event);
                identities.note(event);
            }
            people.put(command.personId(), person);
            return events;
        }

        /** Now and then; what is said already is no news. */
        Optional<AddressHash> maybeOptOutAnAddressThatNobodyHas() {
            var address = Examples.hash(pick(ADDRESSES));
            return random.nextInt(12) == 0
                            && identities.holderOfAddress(address) == null
                            && identities.suppressed.add(address)
                    ? Optional.of(address)
                    : Optional.empty();
        }

        /** Whether the rules stop a mail that is under way. */
        boolean wouldWithhold(PersonId who, UUID email) {
            return !person(who)
                    .decide(new RecordEmailOutcome(who, email, new EmailOutcome.Withheld(), now), identities)
                    .isEmpty();
        }

        private PersonCommand anyMail(PersonId who) {
            var known = person(who).underWay();
            if (known.isEmpty() || random.nextBoolean()) {
                return new SendEmail(
                        who,
                        new UUID(2, random.nextLong()),
                        new EmailContent("News", "Something new", null),
                        random.nextInt(4) == 0,
                        now);
            }
            return new RecordEmailOutcome(
                    who,
                    pick(known.toArray(Person.EmailUnderWay[]::new)).emailId(),
                    pick(
                            new EmailOutcome.Sent(),
                            new EmailOutcome.Withheld(),
                            new EmailOutcome.Failed(EmailFailure.OUTCOME_UNKNOWN, null)),
                    now);
        }

        PersonCommand anyCommand() {
            now = now.plusSeconds(random.nextInt(20_000));
            var who = cast.get(random.nextInt(cast.size()));
            return switch (random.nextInt(19)) {
                case 15, 16, 17, 18 -> anyMail(who);
                case 0, 1, 2 ->
                    new RegisterPerson(
                            who,
                            Examples.mailedAt(pick(ADDRESSES)),
                            Source.of(pick(SourceType.values())),
                            random.nextBoolean() ? null : anyAuthorization(),
                            now);
                case 3, 4 ->
                    new ChangeContactData(
                            who,
                            new ContactDataPatch(Map.of(
                                    ContactField.EMAILS,
                                    random.nextBoolean()
                                            ? List.of(pick(ADDRESSES))
                                            : List.of("b@example.org", "c@example.org"))),
                            now);
                case 5 -> new SetAuthorization(who, anyAuthorization(), now);
                case 6 -> new SetSource(who, Source.of(pick(SourceType.values())), now);
                case 7, 8 -> new Unsubscribe(who, pick(UnsubscribeReason.values()), null, null, now);
                case 9 -> new RequestResubscribe(who, anyEvidence(), ZoneOffset.UTC, now);
                case 10, 11 ->
                    new ApproveResubscribe(
                            who,
                            random.nextInt(5) > 0,
                            "because",
                            random.nextBoolean() ? null : anyEvidence(),
                            ZoneOffset.UTC,
                            now);
                case 12 ->
                    random.nextBoolean()
                            ? new RejectResubscribe(who, "because", now)
                            : new RecordExport(who, new UUID(1, random.nextLong()), now);
                case 13 -> new LinkSalesforceRecord(who, pick(RECORDS), now);
                default ->
                    random.nextInt(4) > 0
                            ? new Unsubscribe(who, null, "no more", null, now)
                            : new ErasePerson(who, "asked for it", now);
            };
        }

        private Authorization anyAuthorization() {
            return random.nextBoolean()
                    ? Authorization.of(AuthorizationType.LEGITIMATE_INTEREST)
                    : Authorization.consent(today().minusDays(random.nextInt(3)), "News");
        }

        private Evidence anyEvidence() {
            return new Evidence(today().minusDays(random.nextInt(6)), "News", "phone", null);
        }

        private LocalDate today() {
            return LocalDate.ofInstant(now, ZoneOffset.UTC);
        }

        @SafeVarargs
        private <T> T pick(T... from) {
            return from[random.nextInt(from.length)];
        }
    }
}
