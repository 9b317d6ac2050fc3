package org.consentledger.command.crm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.consentledger.command.CommandSideTest;
import org.consentledger.command.crm.SyncDecision.Reason;
import org.consentledger.command.crm.SyncDecision.Winner;
import org.consentledger.command.crm.SyncJournal.Entry;
import org.consentledger.command.crm.SyncJournal.Outcome;
import org.consentledger.foundation.lease.LeaseLostException;
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

    private SyncFixture fixture;
    private SalesforceStandIn salesforce;

    @BeforeEach
    void start() {
        use();
    }

    private void use(String... settings) {
        close();
        fixture = new SyncFixture(context, settings);
        salesforce = fixture.salesforce;
    }

    @AfterEach
    void close() {
        if (fixture != null) {
            fixture.close();
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
    class AnOptOutInTheLedger {

        @Test
        void is_written_to_salesforce_with_one_call() {
            var ada = fixture.linkedPerson();
            fixture.optOut(ada.person());

            fixture.poll();

            assertThat(ada.record().optedOut).isTrue();
            assertThat(salesforce.takeCalls()).containsExactly("write 1");
            assertThat(fixture.journalOf(ada.person()))
                    .last()
                    .returns(SyncJournal.Direction.PUSH, Entry::direction)
                    .returns(Winner.OURS, Entry::winner)
                    .returns(Reason.OPTED_OUT_HERE, Entry::reason)
                    .returns(Outcome.WRITTEN, Entry::outcome);
        }

        @Test
        void is_ignored_when_salesforce_reports_it_back() {
            var ada = fixture.linkedPerson();
            fixture.optOut(ada.person());
            fixture.poll();
            salesforce.takeCalls();
            var events = fixture.events();
            fixture.clock.advance(A_MINUTE);

            fixture.syncNow();
            fixture.syncNow();

            assertThat(fixture.events()).isEqualTo(events);
            assertThat(salesforce.takeCalls()).containsExactly("query", "query", "query", "query");
        }

        @Test
        void that_an_approval_lifts_before_the_next_poll_is_not_written() {
            var ada = fixture.linkedPerson();
            fixture.optOut(ada.person());
            fixture.approve(ada.person());

            fixture.poll();

            assertThat(salesforce.takeCalls()).isEmpty();
            assertThat(ada.record().optedOut).isFalse();
        }

        @Test
        void of_a_person_with_a_lead_and_a_contact_is_written_to_both_with_one_call() {
            var email = SyncFixture.newAddress();
            var lead = salesforce.lead(email, false);
            var contact = salesforce.contact(email, false);
            var person = fixture.register(email);
            fixture.syncAndForgetCalls();

            fixture.optOut(person);
            fixture.poll();

            assertThat(lead.optedOut).isTrue();
            assertThat(contact.optedOut).isTrue();
            assertThat(salesforce.takeCalls()).containsExactly("write 2");
        }

        @Test
        void from_before_the_first_sync_is_written_to_salesforce() {
            var email = SyncFixture.newAddress();
            var person = fixture.register(email);
            fixture.optOut(person);
            var record = salesforce.contact(email, false);

            fixture.syncNow();

            assertThat(record.optedOut).isTrue();
            assertThat(fixture.journalOf(person))
                    .last()
                    .returns(Reason.OPT_OUT_MISSING_AT_FIRST_MEETING, Entry::reason);
        }

        @Test
        void of_a_person_with_a_salesforce_id_is_written_without_a_query() {
            fixture.syncAndForgetCalls();
            var record = salesforce.contact(null, false);
            var person = fixture.register(
                    ContactData.NONE.with(ContactField.SALESFORCE_ID, List.of(record.id.substring(0, 15))));
            fixture.optOut(person);

            fixture.poll();

            assertThat(record.optedOut).isTrue();
            assertThat(salesforce.takeCalls()).containsExactly("write 1");
        }
    }

    @Nested
    class AnOptOutInSalesforce {

        @Test
        void is_recorded_in_the_ledger_with_salesforce_as_the_actor() {
            var ada = fixture.linkedPerson();
            salesforce.set(ada.record(), true);

            fixture.syncNow();

            var event = fixture.engine
                    .readEvents(List.of(ada.person().toString()))
                    .get(ada.person().toString())
                    .getLast();
            assertThat(event.getPayload()).isInstanceOf(Unsubscribed.class);
            var provenance = Provenance.of(event.getMetaData());
            assertThat(provenance.via()).isEqualTo(Via.CRM_SYNC);
            assertThat(provenance.actor()).isEqualTo(SyncPlan.SALESFORCE);
            assertThat(fixture.journalOf(ada.person()))
                    .last()
                    .returns(SyncJournal.Direction.PULL, Entry::direction)
                    .returns(Winner.THEIRS, Entry::winner)
                    .returns(Reason.OPTED_OUT_THERE, Entry::reason)
                    .returns(true, Entry::theirsOptedOut)
                    .returns(Outcome.RECORDED, Entry::outcome);
        }

        @Test
        void is_not_written_back() {
            var ada = fixture.linkedPerson();
            salesforce.set(ada.record(), true);

            fixture.syncNow();
            fixture.poll();

            assertThat(salesforce.takeCalls()).containsExactly("query", "query");
        }

        @Test
        void of_an_unknown_record_registers_a_person_who_is_opted_out() {
            var email = SyncFixture.newAddress();
            salesforce.contact(email, true);

            fixture.syncNow();

            assertThat(fixture.history(personAt(email)))
                    .satisfiesExactly(
                            registered -> assertThat(((PersonRegistered) registered)
                                            .source()
                                            .type())
                                    .isEqualTo(SourceType.CRM_SYNC),
                            optOut -> assertThat(optOut).isInstanceOf(Unsubscribed.class));
        }

        @Test
        void suppresses_the_address_if_import_is_off() {
            use("import-new=false");
            var email = SyncFixture.newAddress();
            salesforce.contact(email, true);

            fixture.syncNow();
            var events = fixture.events();
            var later = fixture.register(email);
            fixture.syncNow();

            assertThat(fixture.syncedPerson(later).isUnsubscribed()).isTrue();
            assertThat(fixture.events()).isEqualTo(events + 3); // registered, opted out at once, and linked
        }

        @Test
        void covers_the_address_that_the_record_has_even_if_the_person_has_another() {
            var ada = fixture.linkedPerson();
            var elsewhere = SyncFixture.newAddress();
            var ben = fixture.register(elsewhere);
            ada.record().email = elsewhere;
            salesforce.set(ada.record(), true);

            fixture.syncNow();

            assertThat(fixture.syncedPerson(ada.person()).isUnsubscribed()).isTrue();
            assertThat(fixture.syncedPerson(ben).isUnsubscribed()).isTrue();
        }

        @Test
        void in_one_of_two_records_is_written_to_the_other() {
            var email = SyncFixture.newAddress();
            var lead = salesforce.lead(email, false);
            var contact = salesforce.contact(email, false);
            fixture.syncAndForgetCalls();
            fixture.clock.advance(A_MINUTE);
            salesforce.set(lead, true);

            fixture.syncNow();

            assertThat(contact.optedOut).isTrue();
            assertThat(salesforce.takeCalls()).containsExactly("query", "query", "write 1");
        }
    }

    @Nested
    class ChangesInSalesforce {

        @Test
        void that_show_late_are_not_missed() {
            var ada = fixture.linkedPerson();
            fixture.syncNow();
            // A transaction in Salesforce that began before the last query, and was committed after it
            ada.record().optedOut = true;
            ada.record().modstamp = fixture.clock.instant().minusSeconds(120).truncatedTo(ChronoUnit.SECONDS);

            fixture.syncNow();

            assertThat(fixture.syncedPerson(ada.person()).isUnsubscribed()).isTrue();
        }

        @Test
        void of_the_same_second_continue_after_the_last_id_that_was_applied() {
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
            fixture.clock.advance(Duration.ofHours(1));
            salesforce.failCall(2, SalesforceStandIn.Fault.status(503)); // after the token and the first page

            var interrupted = fixture.syncNow();
            var rest = fixture.syncNow();

            assertThat(interrupted)
                    .returns(SyncRuns.Status.FAILED, SyncRuns.Run::status)
                    .returns((long) page, SyncRuns.Run::pulled);
            assertThat(rest)
                    .returns(SyncRuns.Status.COMPLETED, SyncRuns.Run::status)
                    .returns((long) all - page, SyncRuns.Run::pulled);
            assertThat(fixture.syncNow()).returns(0L, SyncRuns.Run::pulled);
            assertThat(fixture.jdbc.queryForObject("SELECT count(*) FROM crm_record", Integer.class))
                    .isEqualTo(all);
        }
    }

    @Nested
    class TheSyncItself {

        @Test
        void is_done_by_one_process_at_a_time() {
            var ada = fixture.linkedPerson();
            fixture.optOut(ada.person());
            var ofAnother =
                    fixture.leases.acquire(Sync.LEASE, Duration.ofMinutes(1)).orElseThrow();
            fixture.poll();
            assertThat(salesforce.takeCalls()).isEmpty();
            fixture.leases.release(ofAnother);

            fixture.poll();

            assertThat(ada.record().optedOut).isTrue();
        }

        @Test
        void records_and_writes_nothing_when_another_process_has_taken_over() {
            var ada = fixture.linkedPerson();
            fixture.optOut(ada.person());
            var frozen =
                    fixture.leases.acquire(Sync.LEASE, Duration.ofMinutes(1)).orElseThrow();
            fixture.jdbc.update("UPDATE lease SET holder = gen_random_uuid() WHERE name = ?", Sync.LEASE);
            var position = fixture.jdbc.queryForObject("SELECT position FROM crm_state", Long.class);

            try {
                assertThatThrownBy(() -> fixture.sync.poll(frozen)).isInstanceOf(LeaseLostException.class);
            } finally {
                fixture.jdbc.update("DELETE FROM lease");
            }

            assertThat(fixture.jdbc.queryForObject("SELECT position FROM crm_state", Long.class))
                    .isEqualTo(position);
            assertThat(ada.record().optedOut).isFalse();
        }

        @Test
        void ends_the_run_of_a_process_that_died() {
            var run = fixture.runs.queue(SyncRuns.Trigger.REQUEST, SyncPlan.SALESFORCE);
            fixture.runs.begin(run.id());

            fixture.poll();

            assertThat(fixture.runs.find(run.id()))
                    .hasValueSatisfying(abandoned -> assertThat(abandoned)
                            .returns(SyncRuns.Status.FAILED, SyncRuns.Run::status)
                            .returns("ABANDONED", SyncRuns.Run::reason));
        }

        @Test
        void runs_on_schedule() {
            use("interval=5m");
            fixture.poll();
            assertThat(salesforce.takeCalls()).containsExactly("token", "query", "query");
            fixture.poll();
            assertThat(salesforce.takeCalls()).isEmpty();
            fixture.clock.advance(Duration.ofMinutes(5));
            fixture.poll();
            assertThat(salesforce.takeCalls()).containsExactly("query", "query");
        }

        @Test
        void begins_at_the_head_of_the_ledger_and_never_reads_it_from_its_start() {
            var position = fixture.engine.headPosition();
            assertThat(position).isPositive();
            fixture.state.begin(0);
            fixture.poll();

            assertThat(fixture.jdbc.queryForObject("SELECT position FROM crm_state", Long.class))
                    .isEqualTo(position);
        }

        @Test
        void continues_with_all_others_if_the_state_of_one_person_can_not_be_read() {
            var ada = fixture.linkedPerson();
            var ben = fixture.linkedPerson();
            damage(ada.person(), "'p1.', 'p1.x'");
            salesforce.set(ada.record(), true);
            salesforce.set(ben.record(), true);

            var run = fixture.syncNow();

            assertThat(run).returns(SyncRuns.Status.COMPLETED, SyncRuns.Run::status);
            assertThat(fixture.syncedPerson(ben.person()).isUnsubscribed()).isTrue();
            damage(ada.person(), "'p1.x', 'p1.'");
        }

        @Test
        void catches_up_on_a_person_whose_state_can_be_read_again() {
            var optedOutHere = fixture.linkedPerson();
            var optedOutThere = fixture.linkedPerson();
            fixture.optOut(optedOutHere.person());
            damage(optedOutHere.person(), "'p1.', 'p1.x'");
            damage(optedOutThere.person(), "'p1.', 'p1.x'");
            salesforce.set(optedOutThere.record(), true);
            fixture.syncNow();
            fixture.clock.advance(Duration.ofHours(1));
            fixture.syncNow();
            assertThat(optedOutHere.record().optedOut).isFalse();

            damage(optedOutHere.person(), "'p1.x', 'p1.'");
            damage(optedOutThere.person(), "'p1.x', 'p1.'");
            fixture.jdbc.update("DELETE FROM crm_watermark");
            fixture.syncNow();

            assertThat(optedOutHere.record().optedOut).isTrue();
            assertThat(fixture.syncedPerson(optedOutThere.person()).isUnsubscribed())
                    .isTrue();
        }

        private void damage(PersonId person, String replacement) {
            fixture.jdbc.update(
                    "UPDATE person_contact SET contact = convert_to(replace(convert_from(contact, 'UTF8'), "
                            + replacement + "), 'UTF8') WHERE person_id = ?",
                    person.value());
        }
    }

    @Nested
    class AnOptOutThatOnlySalesforceLifted {

        @Test
        void is_written_back_and_the_conflict_is_in_the_journal() {
            var ada = fixture.linkedPerson();
            fixture.optOut(ada.person());
            fixture.poll();
            fixture.clock.advance(A_MINUTE);
            salesforce.set(ada.record(), false);

            fixture.syncNow();

            assertThat(ada.record().optedOut).isTrue();
            assertThat(fixture.syncedPerson(ada.person()).isUnsubscribed()).isTrue();
            assertThat(fixture.journalOf(ada.person()))
                    .last()
                    .returns(Reason.OPT_OUT_LIFTED_THERE_ONLY, Entry::reason)
                    .returns(Winner.OURS, Entry::winner);
            assertThat(fixture.history(ada.person())).noneMatch(ResubscribeRequested.class::isInstance);
        }

        @Test
        void becomes_a_resubscribe_request_with_the_record_as_evidence_if_set() {
            use("conflicts=REQUEST_RESUBSCRIBE");
            var ada = fixture.linkedPerson();
            fixture.optOut(ada.person());
            fixture.poll();
            fixture.clock.advance(A_MINUTE);
            salesforce.set(ada.record(), false);

            fixture.syncNow();
            fixture.syncNow();

            assertThat(ada.record().optedOut).isTrue();
            assertThat(fixture.history(ada.person()).reversed().getFirst())
                    .isInstanceOfSatisfying(
                            ResubscribeRequested.class,
                            request -> assertThat(request.evidence().reference())
                                    .isEqualTo("Salesforce Contact " + ada.record().id));
            assertThat(fixture.journalOf(ada.person()))
                    .extracting(Entry::outcome)
                    .endsWith(Outcome.ASKED, Outcome.WRITTEN);
        }
    }

    @Nested
    class AnApprovedResubscribe {

        @Test
        void is_written_to_salesforce_after_a_query() {
            var ada = fixture.linkedPerson();
            fixture.optOut(ada.person());
            fixture.poll();
            salesforce.takeCalls();
            fixture.clock.advance(A_MINUTE);
            fixture.approve(ada.person());

            fixture.poll();

            assertThat(ada.record().optedOut).isFalse();
            assertThat(salesforce.takeCalls()).containsExactly("query", "write 1");
        }

        @Test
        void lifts_an_opt_out_that_came_from_salesforce() {
            var ada = fixture.linkedPerson();
            salesforce.set(ada.record(), true);
            fixture.syncNow();
            fixture.clock.advance(A_MINUTE);
            fixture.approve(ada.person());
            fixture.clock.advance(A_MINUTE);
            salesforce.touch(ada.record()); // a change of another field

            fixture.poll();
            fixture.syncNow();

            assertThat(ada.record().optedOut).isFalse();
            assertThat(fixture.syncedPerson(ada.person()).isUnsubscribed()).isFalse();
        }

        @Test
        void loses_against_a_later_opt_out_in_salesforce_that_was_not_read_yet() {
            var ada = fixture.linkedPerson();
            fixture.optOut(ada.person());
            fixture.approve(ada.person());
            fixture.poll();
            fixture.clock.advance(A_MINUTE);
            salesforce.set(ada.record(), true);

            fixture.poll();
            fixture.syncNow();

            assertThat(ada.record().optedOut).isTrue();
            assertThat(fixture.syncedPerson(ada.person()).isUnsubscribed()).isTrue();
        }
    }

    @Nested
    class ANewPersonInSalesforce {

        @Test
        void is_registered_with_the_record_and_the_source() {
            var record = salesforce.lead(SyncFixture.newAddress(), false);
            record.firstName = "Ada";
            record.company = "Nowak GmbH";

            fixture.syncNow();

            var person = personAt(record.email);
            assertThat(fixture.syncedPerson(person).contact())
                    .returns("Ada", ContactData::firstName)
                    .returns("Nowak GmbH", ContactData::company)
                    .returns(record.id, ContactData::salesforceId);
            assertThat(fixture.history(person)).hasSize(1);
        }

        @Test
        void at_a_suppressed_address_is_opted_out_at_once_in_both_systems() {
            var email = SyncFixture.newAddress();
            fixture.commands.unsubscribe(email, null, SyncFixture.BY_OPERATOR);
            var record = salesforce.contact(email, false);

            fixture.syncNow();

            assertThat(fixture.history(personAt(email)))
                    .last()
                    .isInstanceOfSatisfying(
                            Unsubscribed.class,
                            optOut -> assertThat(optOut.cause()).isEqualTo(UnsubscribeCause.SUPPRESSED_ADDRESS));
            assertThat(record.optedOut).isTrue();
        }

        @Test
        void is_not_imported_if_import_is_off_and_is_linked_when_the_ledger_registers_them() {
            use("import-new=false");
            var email = SyncFixture.newAddress();
            var record = salesforce.contact(email, false);
            fixture.syncNow();
            var person = fixture.register(email);
            fixture.optOut(person);

            fixture.poll();

            assertThat(record.optedOut).isTrue();
            assertThat(fixture.syncedPerson(person).contact().salesforceId()).isEqualTo(record.id);
        }

        @Test
        void with_an_invalid_address_is_identified_by_the_record_id() {
            var record = salesforce.contact("not an address", true);

            fixture.syncNow();

            var row = fixture.records.lock(
                    List.of(context.getBean(LookupHash.class).ofSalesforceId(record.id)));
            assertThat(row.values())
                    .singleElement()
                    .satisfies(known -> assertThat(
                                    fixture.syncedPerson(known.person).isUnsubscribed())
                            .isTrue());
        }
    }

    @Nested
    class ARecord {

        @Test
        void is_found_by_its_id_in_either_form_before_any_address() {
            var record = salesforce.contact(SyncFixture.newAddress(), false);
            var named = fixture.register(
                    ContactData.NONE.with(ContactField.SALESFORCE_ID, List.of(record.id.substring(0, 15))));
            var addressed = fixture.register(record.email);
            fixture.syncAndForgetCalls();
            fixture.clock.advance(A_MINUTE);
            salesforce.set(record, true);

            fixture.syncNow();

            assertThat(fixture.syncedPerson(named).isUnsubscribed()).isTrue();
            assertThat(fixture.syncedPerson(addressed).isUnsubscribed())
                    .as("their address is opted out there")
                    .isTrue();
        }

        @Test
        void that_was_a_lead_is_followed_to_the_contact() {
            var email = SyncFixture.newAddress();
            var lead = salesforce.lead(email, false);
            fixture.syncAndForgetCalls();
            var person = personAt(email);
            fixture.clock.advance(A_MINUTE);
            var contact = salesforce.convert(lead);

            fixture.syncNow();
            fixture.optOut(person);
            fixture.poll();

            assertThat(contact.optedOut).isTrue();
            assertThat(fixture.history(person))
                    .filteredOn(SalesforceRecordLinked.class::isInstance)
                    .singleElement()
                    .satisfies(linked -> assertThat((SalesforceRecordLinked) linked)
                            .returns(contact.id, SalesforceRecordLinked::salesforceId)
                            .returns(lead.id, SalesforceRecordLinked::previous));
        }

        @Test
        void that_was_a_lead_until_just_now_is_followed_when_the_write_is_refused() {
            var email = SyncFixture.newAddress();
            var lead = salesforce.lead(email, false);
            fixture.syncAndForgetCalls();
            var person = personAt(email);
            fixture.clock.advance(A_MINUTE);
            var contact = salesforce.convert(lead);
            fixture.optOut(person);

            fixture.poll();

            assertThat(contact.optedOut).isTrue();
            assertThat(salesforce.takeCalls()).containsExactly("write 1", "query", "write 1");
        }

        @Test
        void that_was_merged_is_followed_to_the_remaining_record() {
            var ada = fixture.linkedPerson();
            var master = salesforce.contact(null, false);
            salesforce.merge(ada.record(), master);

            fixture.syncNow();
            fixture.optOut(ada.person());
            fixture.poll();

            assertThat(master.optedOut).isTrue();
        }

        @Test
        void that_was_deleted_is_left_alone() {
            var ada = fixture.linkedPerson();
            salesforce.delete(ada.record());
            fixture.syncNow();
            salesforce.takeCalls();

            fixture.optOut(ada.person());
            fixture.poll();

            assertThat(salesforce.takeCalls()).isEmpty();
            assertThat(fixture.journalOf(ada.person())).last().returns(Reason.DELETED_THERE, Entry::reason);
        }

        @Test
        void of_an_erased_person_is_not_imported_as_a_new_person_and_its_id_is_forgotten() {
            var ada = fixture.linkedPerson();
            salesforce.set(ada.record(), true);
            fixture.syncNow();
            assertThat(fixture.journalOf(ada.person()))
                    .extracting(Entry::recordId)
                    .containsOnly(ada.record().id);
            fixture.send(new ErasePerson(ada.person(), "asked for it", fixture.clock.instant()));
            fixture.poll();
            var events = fixture.events();
            salesforce.touch(ada.record());

            fixture.syncNow();

            assertThat(fixture.events()).isEqualTo(events);
            assertThat(fixture.jdbc.queryForList("SELECT record_id FROM crm_record", String.class))
                    .containsOnlyNulls();
            assertThat(fixture.jdbc.queryForList(
                            "SELECT record_id FROM crm_journal WHERE person_id = ?",
                            String.class,
                            ada.person().value()))
                    .containsOnlyNulls();
        }

        @Test
        void of_a_person_who_opted_out_and_was_erased_at_once_still_gets_the_opt_out() {
            var ada = fixture.linkedPerson();
            fixture.optOut(ada.person());
            fixture.send(new ErasePerson(ada.person(), "asked for it", fixture.clock.instant()));

            fixture.poll();

            assertThat(ada.record().optedOut).isTrue();
            assertThat(fixture.journalOf(ada.person())).last().returns(Outcome.WRITTEN, Entry::outcome);
            assertItsIdIsForgotten();
        }

        @Test
        void of_a_person_who_opted_out_and_was_erased_is_not_named_if_the_opt_out_is_refused() {
            var ada = fixture.linkedPerson();
            fixture.optOut(ada.person());
            fixture.send(new ErasePerson(ada.person(), "asked for it", fixture.clock.instant()));
            salesforce.failRow(ada.record(), "FIELD_CUSTOM_VALIDATION_EXCEPTION");

            fixture.poll();

            assertThat(fixture.journalOf(ada.person()))
                    .isNotEmpty()
                    .allSatisfy(line -> assertThat(line.recordId()).isNull())
                    .last()
                    .returns(Outcome.REFUSED, Entry::outcome);
            assertThat(fixture.records.waiting()).as("to be tried again").isEqualTo(1);
        }

        @Test
        void of_a_person_who_opted_out_and_was_erased_is_forgotten_if_it_is_deleted() {
            var ada = fixture.linkedPerson();
            fixture.optOut(ada.person());
            fixture.send(new ErasePerson(ada.person(), "asked for it", fixture.clock.instant()));
            salesforce.delete(ada.record());

            fixture.poll();

            assertThat(fixture.journalOf(ada.person())).last().returns(Outcome.REFUSED, Entry::outcome);
            assertItsIdIsForgotten();
        }

        @Test
        @Timeout(60) // without the fix the sync reads and writes the record in an endless loop
        void of_a_person_who_opted_out_and_was_erased_is_forgotten_if_it_was_converted() {
            var email = SyncFixture.newAddress();
            var lead = salesforce.lead(email, false);
            fixture.syncAndForgetCalls();
            var person = personAt(email);
            fixture.clock.advance(A_MINUTE);
            var contact = salesforce.convert(lead);
            fixture.optOut(person);
            fixture.send(new ErasePerson(person, "asked for it", fixture.clock.instant()));

            fixture.poll();

            assertThat(salesforce.takeCalls()).containsExactly("write 1", "query");
            assertItsIdIsForgotten();

            fixture.syncNow();

            assertThat(contact.optedOut).as("as the address is suppressed").isTrue();
        }

        private void assertItsIdIsForgotten() {
            assertThat(fixture.jdbc.queryForList("SELECT record_id FROM crm_record", String.class))
                    .containsOnlyNulls();
            assertThat(fixture.jdbc.queryForList("SELECT record_id FROM crm_journal", String.class))
                    .containsOnlyNulls();
        }

        @Test
        void of_an_erased_person_who_registers_again_is_linked_again() {
            var ada = fixture.linkedPerson();
            fixture.send(new ErasePerson(ada.person(), "asked for it", fixture.clock.instant()));
            var again = fixture.register(ada.record().email);
            salesforce.set(ada.record(), true);

            fixture.syncNow();

            assertThat(fixture.syncedPerson(again).isUnsubscribed()).isTrue();
        }
    }
}
