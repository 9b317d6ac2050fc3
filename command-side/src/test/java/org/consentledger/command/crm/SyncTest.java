package org.consentledger.command.crm;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.consentledger.command.CommandSideTest;
import org.consentledger.command.crm.SyncDecision.Reason;
import org.consentledger.command.crm.SyncDecision.Winner;
import org.consentledger.command.crm.SyncJournal.Entry;
import org.consentledger.command.crm.SyncJournal.Outcome;
import org.consentledger.foundation.privacy.LookupHash;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.PersonCommand.ErasePerson;
import org.consentledger.kernel.person.PersonEvent.PersonRegistered;
import org.consentledger.kernel.person.PersonEvent.ResubscribeRequested;
import org.consentledger.kernel.person.PersonEvent.SalesforceRecordLinked;
import org.consentledger.kernel.person.PersonEvent.Unsubscribed;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.SourceType;
import org.consentledger.kernel.person.UnsubscribeCause;
import org.consentledger.kernel.provenance.Provenance;
import org.consentledger.kernel.provenance.Via;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

@CommandSideTest
class SyncTest {

    private static final Duration A_MINUTE = Duration.ofMinutes(1);

    @Autowired
    private ApplicationContext context;

    private SyncBench bench;
    private SalesforceStandIn salesforce;

    @BeforeEach
    void start() {
        use();
    }

    private void use(String... settings) {
        close();
        bench = new SyncBench(context, settings);
        salesforce = bench.salesforce;
    }

    @AfterEach
    void close() {
        if (bench != null) {
            bench.close();
        }
    }

    private PersonId personAt(String email) {
        return new PersonId(context.getBean(JdbcTemplate.class)
                .queryForObject(
                        "SELECT person_id FROM person_identity WHERE key_hash = ?",
                        UUID.class,
                        context.getBean(LookupHash.class).ofEmail(email).value()));
    }

    @Nested
    class AnOptOutHere {

        @Test
        void is_written_there_with_one_call() {
            var ada = bench.known();
            bench.optOut(ada.person());

            bench.round();

            assertThat(ada.record().optedOut).isTrue();
            assertThat(salesforce.takeCalls()).containsExactly("write 1");
            assertThat(bench.journalOf(ada.person()))
                    .last()
                    .returns(SyncJournal.Direction.PUSH, Entry::direction)
                    .returns(Winner.OURS, Entry::winner)
                    .returns(Reason.OPTED_OUT_HERE, Entry::reason)
                    .returns(Outcome.WRITTEN, Entry::outcome);
        }

        @Test
        void is_no_news_when_it_comes_back_and_is_not_written_again() {
            var ada = bench.known();
            bench.optOut(ada.person());
            bench.round();
            salesforce.takeCalls();
            var events = bench.events();
            bench.clock.turn(A_MINUTE);

            bench.syncNow();
            bench.syncNow();

            assertThat(bench.events()).isEqualTo(events);
            assertThat(salesforce.takeCalls()).containsExactly("query", "query", "query", "query");
        }

        @Test
        void and_in_again_before_anybody_looked_is_nothing_to_write() {
            var ada = bench.known();
            bench.optOut(ada.person());
            bench.approve(ada.person());

            bench.round();

            assertThat(salesforce.takeCalls()).isEmpty();
            assertThat(ada.record().optedOut).isFalse();
        }

        @Test
        void of_somebody_with_a_lead_and_a_contact_is_written_to_both_with_one_call() {
            var email = SyncBench.anAddress();
            var lead = salesforce.lead(email, false);
            var contact = salesforce.contact(email, false);
            var person = bench.register(email);
            bench.settle();

            bench.optOut(person);
            bench.round();

            assertThat(lead.optedOut).isTrue();
            assertThat(contact.optedOut).isTrue();
            assertThat(salesforce.takeCalls()).containsExactly("write 2");
        }

        @Test
        void from_before_the_first_meeting_is_written_there() {
            var email = SyncBench.anAddress();
            var person = bench.register(email);
            bench.optOut(person);
            var record = salesforce.contact(email, false);

            bench.syncNow();

            assertThat(record.optedOut).isTrue();
            assertThat(bench.journalOf(person)).last().returns(Reason.OPT_OUT_MISSING_AT_FIRST_MEETING, Entry::reason);
        }

        @Test
        void of_somebody_who_names_their_record_needs_no_look_at_it() {
            bench.settle();
            var record = salesforce.contact(null, false);
            var person = bench.register(
                    ContactData.NONE.with(ContactField.SALESFORCE_ID, List.of(record.id.substring(0, 15))));
            bench.optOut(person);

            bench.round();

            assertThat(record.optedOut).isTrue();
            assertThat(salesforce.takeCalls()).containsExactly("write 1");
        }
    }

    @Nested
    class AnOptOutThere {

        @Test
        void is_recorded_here_as_said_by_salesforce() {
            var ada = bench.known();
            salesforce.set(ada.record(), true);

            bench.syncNow();

            var fact = bench.engine
                    .readEvents(List.of(ada.person().toString()))
                    .get(ada.person().toString())
                    .getLast();
            assertThat(fact.getPayload()).isInstanceOf(Unsubscribed.class);
            var provenance = Provenance.of(fact.getMetaData());
            assertThat(provenance.via()).isEqualTo(Via.CRM_SYNC);
            assertThat(provenance.actor()).isEqualTo(Settlement.SALESFORCE);
            assertThat(bench.journalOf(ada.person()))
                    .last()
                    .returns(SyncJournal.Direction.PULL, Entry::direction)
                    .returns(Winner.THEIRS, Entry::winner)
                    .returns(Reason.OPTED_OUT_THERE, Entry::reason)
                    .returns(true, Entry::theirsOptedOut)
                    .returns(Outcome.RECORDED, Entry::outcome);
        }

        @Test
        void is_not_written_back() {
            var ada = bench.known();
            salesforce.set(ada.record(), true);

            bench.syncNow();
            bench.round();

            assertThat(salesforce.takeCalls()).containsExactly("query", "query");
        }

        @Test
        void of_nobody_here_registers_somebody_who_is_opted_out() {
            var email = SyncBench.anAddress();
            salesforce.contact(email, true);

            bench.syncNow();

            assertThat(bench.history(personAt(email)))
                    .satisfiesExactly(
                            registered -> assertThat(((PersonRegistered) registered)
                                            .source()
                                            .type())
                                    .isEqualTo(SourceType.CRM_SYNC),
                            optOut -> assertThat(optOut).isInstanceOf(Unsubscribed.class));
        }

        @Test
        void suppresses_the_address_where_nobody_is_taken_in() {
            use("import-new=false");
            var email = SyncBench.anAddress();
            salesforce.contact(email, true);

            bench.syncNow();
            var events = bench.events();
            var later = bench.register(email);
            bench.syncNow();

            assertThat(bench.standing(later).isUnsubscribed()).isTrue();
            assertThat(bench.events()).isEqualTo(events + 3); // registered, opted out at once, and linked
        }

        @Test
        void covers_the_address_that_the_record_has_even_if_the_person_has_another() {
            var ada = bench.known();
            var elsewhere = SyncBench.anAddress();
            var ben = bench.register(elsewhere);
            ada.record().email = elsewhere;
            salesforce.set(ada.record(), true);

            bench.syncNow();

            assertThat(bench.standing(ada.person()).isUnsubscribed()).isTrue();
            assertThat(bench.standing(ben).isUnsubscribed()).isTrue();
        }

        @Test
        void in_one_of_two_records_is_written_to_the_other() {
            var email = SyncBench.anAddress();
            var lead = salesforce.lead(email, false);
            var contact = salesforce.contact(email, false);
            bench.settle();
            bench.clock.turn(A_MINUTE);
            salesforce.set(lead, true);

            bench.syncNow();

            assertThat(contact.optedOut).isTrue();
            assertThat(salesforce.takeCalls()).containsExactly("query", "query", "write 1");
        }
    }

    @Nested
    class TheirChanges {

        @Test
        void that_show_late_are_not_missed() {
            var ada = bench.known();
            bench.syncNow();
            // A transaction there that began before our last look, and ended after it
            ada.record().optedOut = true;
            ada.record().modstamp = bench.clock.instant().minusSeconds(120).truncatedTo(ChronoUnit.SECONDS);

            bench.syncNow();

            assertThat(bench.standing(ada.person()).isUnsubscribed()).isTrue();
        }

        @Test
        void of_one_and_the_same_second_are_gone_on_with_after_the_last_id_that_was_taken_over() {
            use("attempts=1", "objects=CONTACT", "import-new=false");
            // A page has more records than the sync takes over in one transaction, and the last page is not full
            var page = Boolean.getBoolean("ledger.tests.full") ? 2_000 : 300;
            var all = 2 * page + page / 4;
            salesforce.pageSize = page;
            var records = IntStream.range(0, all)
                    .mapToObj(number -> salesforce.contact(null, false))
                    .toList();
            assertThat(records.stream().map(record -> record.modstamp).distinct())
                    .hasSize(1);
            bench.clock.turn(Duration.ofHours(1));
            salesforce.failCall(2, SalesforceStandIn.Fault.status(503)); // token, first page, and then no second

            var interrupted = bench.syncNow();
            var rest = bench.syncNow();

            assertThat(interrupted)
                    .returns(SyncRuns.Status.FAILED, SyncRuns.Run::status)
                    .returns((long) page, SyncRuns.Run::pulled);
            assertThat(rest)
                    .returns(SyncRuns.Status.COMPLETED, SyncRuns.Run::status)
                    .returns((long) all - page, SyncRuns.Run::pulled);
            assertThat(bench.syncNow()).returns(0L, SyncRuns.Run::pulled);
            assertThat(bench.jdbc.queryForObject("SELECT count(*) FROM crm_record", Integer.class))
                    .isEqualTo(all);
        }
    }

    @Nested
    class TheSyncItself {

        @Test
        void is_done_by_one_process_at_a_time() throws SQLException {
            var ada = bench.known();
            bench.optOut(ada.person());
            try (var other = context.getBean(DataSource.class).getConnection();
                    var lock = other.prepareStatement("SELECT pg_advisory_lock(" + Sync.LOCK + ")")) {
                lock.execute();
                bench.round();
                assertThat(salesforce.takeCalls()).isEmpty();
                other.prepareStatement("SELECT pg_advisory_unlock(" + Sync.LOCK + ")")
                        .execute();
            }

            bench.round();

            assertThat(ada.record().optedOut).isTrue();
        }

        @Test
        void ends_the_run_of_a_process_that_died() {
            var run = bench.runs.queue(SyncRuns.Trigger.REQUEST, Settlement.SALESFORCE);
            bench.runs.begin(run.id());

            bench.round();

            assertThat(bench.runs.find(run.id()))
                    .hasValueSatisfying(abandoned -> assertThat(abandoned)
                            .returns(SyncRuns.Status.FAILED, SyncRuns.Run::status)
                            .returns("ABANDONED", SyncRuns.Run::reason));
        }

        @Test
        void comes_round_on_schedule() {
            use("interval=5m");
            bench.round();
            assertThat(salesforce.takeCalls()).containsExactly("token", "query", "query");
            bench.round();
            assertThat(salesforce.takeCalls()).isEmpty();
            bench.clock.turn(Duration.ofMinutes(5));
            bench.round();
            assertThat(salesforce.takeCalls()).containsExactly("query", "query");
        }

        @Test
        void begins_with_what_is_said_from_now_on_and_never_reads_the_ledger_from_its_start() {
            var position = bench.engine.headPosition();
            assertThat(position).isPositive();
            bench.state.begin(0);
            bench.round();

            assertThat(bench.jdbc.queryForObject("SELECT position FROM crm_state", Long.class))
                    .isEqualTo(position);
        }

        @Test
        void goes_on_for_all_others_where_the_events_of_one_can_not_be_read() {
            var ada = bench.known();
            var ben = bench.known();
            damage(ada.person(), "'p1.', 'p1.x'");
            salesforce.set(ada.record(), true);
            salesforce.set(ben.record(), true);

            var run = bench.syncNow();

            assertThat(run).returns(SyncRuns.Status.COMPLETED, SyncRuns.Run::status);
            assertThat(bench.standing(ben.person()).isUnsubscribed()).isTrue();
        }

        @Test
        void makes_up_for_what_could_not_be_read_once_all_is_read_again() {
            var optedOutHere = bench.known();
            var optedOutThere = bench.known();
            bench.optOut(optedOutHere.person());
            damage(optedOutHere.person(), "'p1.', 'p1.x'");
            damage(optedOutThere.person(), "'p1.', 'p1.x'");
            salesforce.set(optedOutThere.record(), true);
            bench.syncNow();
            bench.clock.turn(Duration.ofHours(1));
            bench.syncNow();
            assertThat(optedOutHere.record().optedOut).isFalse();

            damage(optedOutHere.person(), "'p1.x', 'p1.'");
            damage(optedOutThere.person(), "'p1.x', 'p1.'");
            bench.jdbc.update("DELETE FROM crm_watermark");
            bench.syncNow();

            assertThat(optedOutHere.record().optedOut).isTrue();
            assertThat(bench.standing(optedOutThere.person()).isUnsubscribed()).isTrue();
        }

        private void damage(PersonId person, String replacement) {
            bench.jdbc.update(
                    "UPDATE event SET payload = convert_to(replace(convert_from(payload, 'UTF8'), " + replacement
                            + "), 'UTF8') WHERE aggregate_id = ? AND sequence_number = 0",
                    person.toString());
            bench.jdbc.update("DELETE FROM snapshot WHERE aggregate_id = ?", person.toString());
        }
    }

    @Nested
    class LiftedThereAlone {

        @Test
        void our_opt_out_is_written_back_and_the_conflict_is_shown() {
            var ada = bench.known();
            bench.optOut(ada.person());
            bench.round();
            bench.clock.turn(A_MINUTE);
            salesforce.set(ada.record(), false);

            bench.syncNow();

            assertThat(ada.record().optedOut).isTrue();
            assertThat(bench.standing(ada.person()).isUnsubscribed()).isTrue();
            assertThat(bench.journalOf(ada.person()))
                    .last()
                    .returns(Reason.OPT_OUT_LIFTED_THERE_ONLY, Entry::reason)
                    .returns(Winner.OURS, Entry::winner);
            assertThat(bench.history(ada.person())).noneMatch(ResubscribeRequested.class::isInstance);
        }

        @Test
        void becomes_a_request_with_the_record_as_evidence_where_that_is_wanted() {
            use("conflicts=REQUEST_RESUBSCRIBE");
            var ada = bench.known();
            bench.optOut(ada.person());
            bench.round();
            bench.clock.turn(A_MINUTE);
            salesforce.set(ada.record(), false);

            bench.syncNow();
            bench.syncNow();

            assertThat(ada.record().optedOut).isTrue();
            assertThat(bench.history(ada.person()).reversed().getFirst())
                    .isInstanceOfSatisfying(
                            ResubscribeRequested.class,
                            request -> assertThat(request.evidence().reference())
                                    .isEqualTo("Salesforce Contact " + ada.record().id));
            assertThat(bench.journalOf(ada.person()))
                    .extracting(Entry::outcome)
                    .endsWith(Outcome.ASKED, Outcome.WRITTEN);
        }
    }

    @Nested
    class AnApprovedResubscribe {

        @Test
        void is_written_there_after_a_look() {
            var ada = bench.known();
            bench.optOut(ada.person());
            bench.round();
            salesforce.takeCalls();
            bench.clock.turn(A_MINUTE);
            bench.approve(ada.person());

            bench.round();

            assertThat(ada.record().optedOut).isFalse();
            assertThat(salesforce.takeCalls()).containsExactly("query", "write 1");
        }

        @Test
        void lifts_an_opt_out_that_came_from_there() {
            var ada = bench.known();
            salesforce.set(ada.record(), true);
            bench.syncNow();
            bench.clock.turn(A_MINUTE);
            bench.approve(ada.person());
            bench.clock.turn(A_MINUTE);
            salesforce.touch(ada.record()); // somebody changes the phone number

            bench.round();
            bench.syncNow();

            assertThat(ada.record().optedOut).isFalse();
            assertThat(bench.standing(ada.person()).isUnsubscribed()).isFalse();
        }

        @Test
        void gives_way_to_an_opt_out_there_that_is_younger_though_unseen() {
            var ada = bench.known();
            bench.optOut(ada.person());
            bench.approve(ada.person());
            bench.round();
            bench.clock.turn(A_MINUTE);
            salesforce.set(ada.record(), true);

            bench.round();
            bench.syncNow();

            assertThat(ada.record().optedOut).isTrue();
            assertThat(bench.standing(ada.person()).isUnsubscribed()).isTrue();
        }
    }

    @Nested
    class SomebodyNewThere {

        @Test
        void is_registered_with_the_record_and_where_they_came_from() {
            var record = salesforce.lead(SyncBench.anAddress(), false);
            record.firstName = "Ada";
            record.company = "Nowak GmbH";

            bench.syncNow();

            var person = personAt(record.email);
            assertThat(bench.standing(person).contact())
                    .returns("Ada", ContactData::firstName)
                    .returns("Nowak GmbH", ContactData::company)
                    .returns(record.id, ContactData::salesforceId);
            assertThat(bench.history(person)).hasSize(1);
        }

        @Test
        void at_a_suppressed_address_is_opted_out_at_once_and_there_too() {
            var email = SyncBench.anAddress();
            bench.commands.unsubscribe(email, null, SyncBench.BY_HAND);
            var record = salesforce.contact(email, false);

            bench.syncNow();

            assertThat(bench.history(personAt(email)))
                    .last()
                    .isInstanceOfSatisfying(
                            Unsubscribed.class,
                            optOut -> assertThat(optOut.cause()).isEqualTo(UnsubscribeCause.SUPPRESSED_ADDRESS));
            assertThat(record.optedOut).isTrue();
        }

        @Test
        void is_left_there_where_nobody_is_to_be_taken_in_and_met_once_they_come() {
            use("import-new=false");
            var email = SyncBench.anAddress();
            var record = salesforce.contact(email, false);
            bench.syncNow();
            var person = bench.register(email);
            bench.optOut(person);

            bench.round();

            assertThat(record.optedOut).isTrue();
            assertThat(bench.standing(person).contact().salesforceId()).isEqualTo(record.id);
        }

        @Test
        void with_an_address_that_is_none_is_known_by_the_record_alone() {
            var record = salesforce.contact("not an address", true);

            bench.syncNow();

            var row =
                    bench.records.lock(List.of(context.getBean(LookupHash.class).ofSalesforceId(record.id)));
            assertThat(row.values())
                    .singleElement()
                    .satisfies(known -> assertThat(bench.standing(known.person).isUnsubscribed())
                            .isTrue());
        }
    }

    @Nested
    class ARecord {

        @Test
        void is_found_by_its_id_in_either_form_before_any_address() {
            var record = salesforce.contact(SyncBench.anAddress(), false);
            var named = bench.register(
                    ContactData.NONE.with(ContactField.SALESFORCE_ID, List.of(record.id.substring(0, 15))));
            var addressed = bench.register(record.email);
            bench.settle();
            bench.clock.turn(A_MINUTE);
            salesforce.set(record, true);

            bench.syncNow();

            assertThat(bench.standing(named).isUnsubscribed()).isTrue();
            assertThat(bench.standing(addressed).isUnsubscribed())
                    .as("their address is opted out there")
                    .isTrue();
        }

        @Test
        void that_was_a_lead_is_followed_to_the_contact() {
            var email = SyncBench.anAddress();
            var lead = salesforce.lead(email, false);
            bench.settle();
            var person = personAt(email);
            bench.clock.turn(A_MINUTE);
            var contact = salesforce.convert(lead);

            bench.syncNow();
            bench.optOut(person);
            bench.round();

            assertThat(contact.optedOut).isTrue();
            assertThat(bench.history(person))
                    .filteredOn(SalesforceRecordLinked.class::isInstance)
                    .singleElement()
                    .satisfies(linked -> assertThat((SalesforceRecordLinked) linked)
                            .returns(contact.id, SalesforceRecordLinked::salesforceId)
                            .returns(lead.id, SalesforceRecordLinked::previous));
        }

        @Test
        void that_was_a_lead_until_just_now_is_followed_when_the_write_is_refused() {
            var email = SyncBench.anAddress();
            var lead = salesforce.lead(email, false);
            bench.settle();
            var person = personAt(email);
            bench.clock.turn(A_MINUTE);
            var contact = salesforce.convert(lead);
            bench.optOut(person);

            bench.round();

            assertThat(contact.optedOut).isTrue();
            assertThat(salesforce.takeCalls()).containsExactly("write 1", "query", "write 1");
        }

        @Test
        void that_was_merged_is_followed_to_the_one_that_is_left() {
            var ada = bench.known();
            var master = salesforce.contact(null, false);
            salesforce.merge(ada.record(), master);

            bench.syncNow();
            bench.optOut(ada.person());
            bench.round();

            assertThat(master.optedOut).isTrue();
        }

        @Test
        void that_was_deleted_is_left_alone() {
            var ada = bench.known();
            salesforce.delete(ada.record());
            bench.syncNow();
            salesforce.takeCalls();

            bench.optOut(ada.person());
            bench.round();

            assertThat(salesforce.takeCalls()).isEmpty();
            assertThat(bench.journalOf(ada.person())).last().returns(Reason.DELETED_THERE, Entry::reason);
        }

        @Test
        void of_somebody_erased_is_not_taken_for_somebody_new_and_its_id_is_forgotten() {
            var ada = bench.known();
            salesforce.set(ada.record(), true);
            bench.syncNow();
            assertThat(bench.journalOf(ada.person()))
                    .extracting(Entry::recordId)
                    .containsOnly(ada.record().id);
            bench.send(new ErasePerson(ada.person(), "asked for it", bench.clock.instant()));
            bench.round();
            var events = bench.events();
            salesforce.touch(ada.record());

            bench.syncNow();

            assertThat(bench.events()).isEqualTo(events);
            assertThat(bench.jdbc.queryForList("SELECT record_id FROM crm_record", String.class))
                    .containsOnlyNulls();
            assertThat(bench.jdbc.queryForList(
                            "SELECT record_id FROM crm_journal WHERE person_id = ?",
                            String.class,
                            ada.person().value()))
                    .containsOnlyNulls();
        }

        @Test
        void of_somebody_who_opted_out_and_was_erased_at_once_still_gets_the_opt_out() {
            var ada = bench.known();
            bench.optOut(ada.person());
            bench.send(new ErasePerson(ada.person(), "asked for it", bench.clock.instant()));

            bench.round();

            assertThat(ada.record().optedOut).isTrue();
            assertThat(bench.journalOf(ada.person())).last().returns(Outcome.WRITTEN, Entry::outcome);
            assertItsIdIsForgotten();
        }

        @Test
        void of_somebody_who_opted_out_and_was_erased_is_not_named_where_the_opt_out_is_refused() {
            var ada = bench.known();
            bench.optOut(ada.person());
            bench.send(new ErasePerson(ada.person(), "asked for it", bench.clock.instant()));
            salesforce.failRow(ada.record(), "FIELD_CUSTOM_VALIDATION_EXCEPTION");

            bench.round();

            assertThat(bench.journalOf(ada.person()))
                    .isNotEmpty()
                    .allSatisfy(line -> assertThat(line.recordId()).isNull())
                    .last()
                    .returns(Outcome.REFUSED, Entry::outcome);
            assertThat(bench.records.waiting()).as("to be tried again").isEqualTo(1);
        }

        @Test
        void of_somebody_who_opted_out_and_was_erased_is_forgotten_where_it_is_gone() {
            var ada = bench.known();
            bench.optOut(ada.person());
            bench.send(new ErasePerson(ada.person(), "asked for it", bench.clock.instant()));
            salesforce.delete(ada.record());

            bench.round();

            assertThat(bench.journalOf(ada.person())).last().returns(Outcome.REFUSED, Entry::outcome);
            assertItsIdIsForgotten();
        }

        @Test
        @Timeout(60) // looked at and written to in turn, it would keep the sync busy for ever
        void of_somebody_who_opted_out_and_was_erased_is_forgotten_where_it_has_become_another_one() {
            var email = SyncBench.anAddress();
            var lead = salesforce.lead(email, false);
            bench.settle();
            var person = personAt(email);
            bench.clock.turn(A_MINUTE);
            var contact = salesforce.convert(lead);
            bench.optOut(person);
            bench.send(new ErasePerson(person, "asked for it", bench.clock.instant()));

            bench.round();

            assertThat(salesforce.takeCalls()).containsExactly("write 1", "query");
            assertItsIdIsForgotten();

            bench.syncNow();

            assertThat(contact.optedOut).as("as the address is suppressed").isTrue();
        }

        private void assertItsIdIsForgotten() {
            assertThat(bench.jdbc.queryForList("SELECT record_id FROM crm_record", String.class))
                    .containsOnlyNulls();
            assertThat(bench.jdbc.queryForList("SELECT record_id FROM crm_journal", String.class))
                    .containsOnlyNulls();
        }

        @Test
        void of_somebody_erased_who_comes_again_is_theirs_again() {
            var ada = bench.known();
            bench.send(new ErasePerson(ada.person(), "asked for it", bench.clock.instant()));
            var again = bench.register(ada.record().email);
            salesforce.set(ada.record(), true);

            bench.syncNow();

            assertThat(bench.standing(again).isUnsubscribed()).isTrue();
        }
    }
}
