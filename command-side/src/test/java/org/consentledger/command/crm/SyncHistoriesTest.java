package org.consentledger.command.crm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;
import org.consentledger.command.CommandSideTest;
import org.consentledger.command.crm.SalesforceStandIn.Fault;
import org.consentledger.command.crm.SyncRuns.Status;
import org.consentledger.foundation.privacy.LookupHash;
import org.consentledger.foundation.store.LedgerEngine;
import org.consentledger.kernel.person.CommandRejected;
import org.consentledger.kernel.person.ContactDataPatch;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.PersonCommand.ChangeContactData;
import org.consentledger.kernel.person.PersonCommand.ErasePerson;
import org.consentledger.kernel.person.PersonEvent.ResubscribeApproved;
import org.consentledger.kernel.person.PersonId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

/**
 * Property-based test: invariants of the sync over random histories of a few people and records, with failures of
 * Salesforce. The seed in the name of a test replays it.
 */
@CommandSideTest
class SyncHistoriesTest {

    private static final int STEPS = 60;

    @Autowired
    private ApplicationContext context;

    @Autowired
    private LookupHash hash;

    static LongStream seeds() {
        return LongStream.range(0, Boolean.getBoolean("ledger.tests.full") ? 60 : 8);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void an_opted_out_address_stays_so_until_an_approval_and_both_sides_agree_after_each_sync(long seed) {
        try (var fixture =
                new SyncFixture(context, "attempts=2", seed % 2 == 0 ? "import-new=true" : "import-new=false")) {
            var world = new World(fixture, seed);
            for (var step = 0; step < STEPS; step++) {
                var before = world.suppressed();
                var position = fixture.engine.headPosition();

                var action = world.step();

                var lifted = world.liftedSince(position);
                assertThat(world.suppressed())
                        .as("addresses that must not be mailed, after step %d: %s", step, action)
                        .containsAll(before.stream()
                                .filter(address -> !lifted.contains(address))
                                .toList());
            }
            world.assertAgreement();
        }
    }

    private final class World {

        private final SyncFixture fixture;
        private final RandomGenerator random;
        private final List<String> emails = new ArrayList<>();
        private final List<PersonId> people = new ArrayList<>();
        private final List<SalesforceStandIn.Row> rows = new ArrayList<>();

        /** Addresses that were opted out in Salesforce and not approved since. */
        private final Map<SalesforceStandIn.Row, String> optedOutThere = new HashMap<>();

        World(SyncFixture fixture, long seed) {
            this.fixture = fixture;
            random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
            for (var number = 0; number < 5; number++) {
                emails.add("law%d-%d@example.org".formatted(seed, number));
            }
        }

        String step() {
            fixture.clock.advance(Duration.ofSeconds(random.nextInt(400)));
            var choice = random.nextInt(20);
            try {
                switch (choice) {
                    case 0, 1 -> people.add(fixture.register(anEmail()));
                    case 2 -> rows.add(fixture.salesforce.contact(anEmail(), random.nextInt(4) == 0));
                    case 3 -> rows.add(fixture.salesforce.lead(anEmail(), random.nextInt(4) == 0));
                    case 4, 5 -> withPerson(fixture::optOut);
                    case 6 -> fixture.commands.unsubscribe(anEmail(), null, SyncFixture.BY_OPERATOR);
                    case 7, 8 -> {
                        optedOutThere.clear();
                        withPerson(fixture::approve);
                    }
                    case 9, 10 -> withRow(this::optOutThere);
                    case 11, 12 ->
                        withRow(row -> {
                            optedOutThere.remove(row);
                            fixture.salesforce.set(row, false);
                        });
                    case 13 -> withRow(this::changeThere);
                    case 14 -> withPerson(this::changeHere);
                    case 15 -> {
                        if (random.nextInt(4) == 0) {
                            withPerson(person ->
                                    fixture.send(new ErasePerson(person, "asked for it", fixture.clock.instant())));
                        }
                    }
                    case 16 -> fixture.poll();
                    case 17 -> {
                        fixture.salesforce.failCall(
                                random.nextInt(3), random.nextBoolean() ? Fault.status(503) : Fault.answerLost());
                        fixture.syncNow();
                    }
                    default -> {
                        if (fixture.syncNow().status() == Status.COMPLETED) {
                            assertThat(suppressed()).as("opted out there").containsAll(optedOutThere.values());
                            optedOutThere.clear();
                        }
                    }
                }
            } catch (CommandRejected rejected) {
                // A refused command changes nothing
            }
            return "case " + choice;
        }

        private void optOutThere(SalesforceStandIn.Row row) {
            if (!row.optedOut && !row.deleted && row.convertedTo == null) {
                optedOutThere.put(row, hash.ofEmail(row.email).value());
            }
            fixture.salesforce.set(row, true);
        }

        private void changeThere(SalesforceStandIn.Row row) {
            optedOutThere.remove(row);
            switch (random.nextInt(5)) {
                case 0 -> fixture.salesforce.delete(row);
                case 1 -> {
                    if (row.type.equals("Lead") && row.convertedTo == null && !row.deleted) {
                        rows.add(fixture.salesforce.convert(row));
                    }
                }
                case 2 -> {
                    row.email = anEmail();
                    fixture.salesforce.touch(row);
                }
                default -> fixture.salesforce.touch(row);
            }
        }

        private void changeHere(PersonId person) {
            fixture.send(new ChangeContactData(
                    person,
                    new ContactDataPatch(Map.of(ContactField.EMAILS, List.of(anEmail(), anEmail()))),
                    fixture.clock.instant()));
        }

        private String anEmail() {
            return emails.get(random.nextInt(emails.size()));
        }

        private void withPerson(Consumer<PersonId> action) {
            if (!people.isEmpty()) {
                action.accept(people.get(random.nextInt(people.size())));
            }
        }

        private void withRow(Consumer<SalesforceStandIn.Row> action) {
            if (!rows.isEmpty()) {
                action.accept(rows.get(random.nextInt(rows.size())));
            }
        }

        Set<String> suppressed() {
            var hashes =
                    emails.stream().map(email -> hash.ofEmail(email).value()).toArray(String[]::new);
            return new HashSet<>(fixture.jdbc.queryForList(
                    "SELECT address_hash FROM suppression WHERE address_hash = ANY (?)", String.class, (Object)
                            hashes));
        }

        Set<String> liftedSince(long position) {
            var lifted = new HashSet<String>();
            try (var events = fixture.engine.readEvents(LedgerEngine.tokenAt(position), false)) {
                events.forEach(event -> {
                    if (event.getPayload() instanceof ResubscribeApproved approved) {
                        approved.addresses().forEach(address -> lifted.add(address.value()));
                    }
                });
            }
            return lifted;
        }

        private List<Object> eventsSince(long position) {
            try (var events = fixture.engine.readEvents(LedgerEngine.tokenAt(position), false)) {
                return events.<Object>map(event -> event.getPayload()).toList();
            }
        }

        /** After an undisturbed sync both sides have the same values, and a second one changes nothing. */
        void assertAgreement() {
            fixture.salesforce.takeCalls();
            fixture.clock.advance(Duration.ofHours(2));
            assertThat(fixture.syncNow().status()).isEqualTo(Status.COMPLETED);
            var position = fixture.engine.headPosition();
            var second = fixture.syncNow();
            assertThat(eventsSince(position)).isEmpty();
            assertThat(second).returns(0L, SyncRuns.Run::recorded).returns(0L, SyncRuns.Run::written);
            for (var row : rows) {
                if (row.deleted || row.convertedTo != null) {
                    continue;
                }
                var known = fixture.records
                        .lock(List.of(hash.ofSalesforceId(row.id)))
                        .values();
                assertThat(known).hasSize(1);
                var record = known.iterator().next();
                if (record.person != null && record.gone == null) {
                    assertThat(row.optedOut)
                            .as("%s %s, agreed %s, theirs %s", row.type, row.id, record.agreed, record.theirs)
                            .isEqualTo(fixture.syncedPerson(record.person).isUnsubscribed());
                }
            }
        }
    }
}
