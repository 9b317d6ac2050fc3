package org.consentledger.command.person;

import static org.consentledger.command.person.Examples.*;
import static org.consentledger.command.person.PersonSpec.given;
import static org.consentledger.kernel.person.CommandRejected.Rule.*;
import static org.consentledger.kernel.person.UnsubscribeCause.ADDRESS_ADDED;
import static org.consentledger.kernel.person.UnsubscribeCause.SUPPRESSED_ADDRESS;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.consentledger.kernel.person.Authorization;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.ContactDataPatch;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.EmailFailure;
import org.consentledger.kernel.person.EmailOutcome;
import org.consentledger.kernel.person.EmailRefusal;
import org.consentledger.kernel.person.PersonCommand.RecordExport;
import org.consentledger.kernel.person.PersonCommand.RegisterPerson;
import org.consentledger.kernel.person.PersonCommand.RequestResubscribe;
import org.consentledger.kernel.person.PersonCommand.Unsubscribe;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonEvent.EmailRefused;
import org.consentledger.kernel.person.PersonEvent.EmailSent;
import org.consentledger.kernel.person.PersonEvent.PersonExported;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PersonTest {

    @Nested
    class Registering {

        @Test
        void a_person_with_an_address_is_registered_with_the_source() {
            given().when(register(mailedAt(AT_WORK), MONDAY)).then(registered(mailedAt(AT_WORK), MONDAY));
        }

        @Test
        void an_authorization_in_the_registration_is_a_separate_event() {
            given().when(new RegisterPerson(ADA, mailedAt(AT_WORK), IMPORTED, CONSENT, MONDAY))
                    .then(registered(mailedAt(AT_WORK), MONDAY), authorized(CONSENT, null, MONDAY));
        }

        @Test
        void a_person_known_to_salesforce_needs_no_address() {
            var contact = ContactData.NONE.with(ContactField.SALESFORCE_ID, List.of("003A000001abcDE"));
            given().when(register(contact, MONDAY)).then(registered(contact, MONDAY));
        }

        @Test
        void a_person_with_neither_is_rejected() {
            given().when(register(ContactData.NONE, MONDAY)).thenRejected(PERSON_UNIDENTIFIABLE);
        }

        @Test
        void an_address_of_another_person_is_rejected_with_that_person() {
            given().andHeldBy(SOMEBODY_ELSE, AT_WORK)
                    .when(register(mailedAt("ADA@example.org "), MONDAY))
                    .thenRejected(ADDRESS_TAKEN, SOMEBODY_ELSE);
        }

        @Test
        void a_salesforce_id_of_another_person_is_rejected_with_that_person() {
            var contact = ContactData.NONE.with(ContactField.SALESFORCE_ID, List.of("003A000001abcDE"));
            given().andSalesforceIdHeldBy(SOMEBODY_ELSE, "003A000001abcDE")
                    .when(register(contact, MONDAY))
                    .thenRejected(SALESFORCE_ID_TAKEN, SOMEBODY_ELSE);
        }

        @Test
        void a_suppressed_address_makes_the_person_unsubscribed_at_once_even_with_consent() {
            given().andSuppressed(AT_HOME)
                    .when(new RegisterPerson(ADA, mailedAt(AT_WORK, AT_HOME), IMPORTED, CONSENT, MONDAY))
                    .then(
                            registered(mailedAt(AT_WORK, AT_HOME), MONDAY),
                            authorized(CONSENT, null, MONDAY),
                            unsubscribed(SUPPRESSED_ADDRESS, MONDAY, AT_WORK, AT_HOME));
        }

        @Test
        void the_same_id_can_not_be_registered_twice() {
            given(registered()).when(register(mailedAt(AT_HOME), TUESDAY)).thenRejected(PERSON_EXISTS);
        }
    }

    @Nested
    class Changing_contact_data {

        @Test
        void only_differences_are_recorded_with_the_old_and_the_new_value() {
            given(registered())
                    .when(change(
                            new ContactDataPatch(
                                    Map.of(ContactField.EMAILS, List.of(AT_WORK), ContactField.TITLE, List.of("CTO"))),
                            TUESDAY))
                    .then(changed(ContactField.TITLE, List.of(), List.of("CTO"), TUESDAY));
        }

        @Test
        void the_same_again_records_nothing() {
            given(registered()).when(change(emails(AT_WORK), TUESDAY)).thenNothing();
        }

        @Test
        void the_last_identifying_value_can_not_be_removed() {
            given(registered()).when(change(emails(), TUESDAY)).thenRejected(PERSON_UNIDENTIFIABLE);
        }

        @Test
        void an_address_of_another_person_is_rejected() {
            given(registered())
                    .andHeldBy(SOMEBODY_ELSE, AT_HOME)
                    .when(change(emails(AT_WORK, AT_HOME), TUESDAY))
                    .thenRejected(ADDRESS_TAKEN, SOMEBODY_ELSE);
        }

        @Test
        void ones_own_address_in_another_spelling_is_fine() {
            given(registered())
                    .andHeldBy(ADA, AT_WORK)
                    .when(change(emails("Ada@Example.org"), TUESDAY))
                    .then(changed(ContactField.EMAILS, List.of(AT_WORK), List.of("Ada@Example.org"), TUESDAY));
        }

        @Test
        void a_suppressed_address_makes_the_person_unsubscribed_at_once() {
            given(registered())
                    .andSuppressed(AT_HOME)
                    .when(change(emails(AT_WORK, AT_HOME), TUESDAY))
                    .then(
                            changed(ContactField.EMAILS, List.of(AT_WORK), List.of(AT_WORK, AT_HOME), TUESDAY),
                            unsubscribed(SUPPRESSED_ADDRESS, TUESDAY, AT_WORK, AT_HOME));
        }

        @Test
        void a_change_of_address_does_not_lift_an_opt_out_it_extends_it() {
            given(registered(), unsubscribed(TUESDAY, AT_WORK))
                    .when(change(emails(AT_HOME), WEDNESDAY))
                    .then(
                            changed(ContactField.EMAILS, List.of(AT_WORK), List.of(AT_HOME), WEDNESDAY),
                            unsubscribed(ADDRESS_ADDED, WEDNESDAY, AT_HOME));
        }

        @Test
        void a_suppressed_address_of_a_person_who_is_already_unsubscribed_brings_its_own_opt_out() {
            given(registered(), unsubscribed(MONDAY, AT_WORK))
                    .andSuppressed(AT_HOME)
                    .when(change(emails(AT_WORK, AT_HOME), WEDNESDAY))
                    .then(
                            changed(ContactField.EMAILS, List.of(AT_WORK), List.of(AT_WORK, AT_HOME), WEDNESDAY),
                            unsubscribed(SUPPRESSED_ADDRESS, WEDNESDAY, AT_HOME));
        }
    }

    @Nested
    class Setting_the_authorization {

        @Test
        void is_recorded_with_the_previous_value() {
            given(registered(), authorized(INTEREST, null, MONDAY))
                    .when(authorize(CONSENT, TUESDAY))
                    .then(authorized(CONSENT, INTEREST, TUESDAY));
        }

        @Test
        void to_the_same_again_records_nothing() {
            given(registered(), authorized(CONSENT, null, MONDAY))
                    .when(authorize(CONSENT, TUESDAY))
                    .thenNothing();
        }

        @Test
        void with_another_purpose_is_another_consent() {
            var offers = Authorization.consent(CONSENT.dateOfConsent(), "Offers");
            given(registered(), authorized(CONSENT, null, MONDAY))
                    .when(authorize(offers, TUESDAY))
                    .then(authorized(offers, CONSENT, TUESDAY));
        }

        @Test
        void to_consent_does_not_lift_an_opt_out() {
            given(registered(), unsubscribed(TUESDAY, AT_WORK))
                    .when(authorize(CONSENT, WEDNESDAY))
                    .then(authorized(CONSENT, null, WEDNESDAY));
        }
    }

    @Nested
    class Setting_the_source {

        @Test
        void is_recorded_with_the_previous_value() {
            given(registered()).when(from(SYNCED, TUESDAY)).then(sourceSet(SYNCED, IMPORTED, TUESDAY));
        }

        @Test
        void to_the_same_again_records_nothing() {
            given(registered()).when(from(IMPORTED, TUESDAY)).thenNothing();
        }
    }

    @Nested
    class Unsubscribing {

        @Test
        void covers_every_address_of_the_person() {
            given(registered(mailedAt(AT_WORK, AT_HOME), MONDAY))
                    .when(unsubscribe(TUESDAY))
                    .then(unsubscribed(TUESDAY, AT_WORK, AT_HOME));
        }

        @Test
        void again_records_nothing() {
            given(registered(), unsubscribed(TUESDAY, AT_WORK))
                    .when(unsubscribe(WEDNESDAY))
                    .thenNothing();
        }

        @Test
        void again_while_a_request_is_pending_is_recorded_and_closes_the_request() {
            given(registered(), unsubscribed(TUESDAY, AT_WORK), requested(CALLED_ON_WEDNESDAY, WEDNESDAY))
                    .when(unsubscribe(THURSDAY))
                    .then(unsubscribedAgain(THURSDAY, AT_WORK));
            given(
                            registered(),
                            unsubscribed(TUESDAY, AT_WORK),
                            requested(CALLED_ON_WEDNESDAY, WEDNESDAY),
                            unsubscribedAgain(THURSDAY, AT_WORK))
                    .when(approve(null, THURSDAY))
                    .thenRejected(EVIDENCE_MISSING);
        }

        @Test
        void by_an_address_that_the_person_no_longer_has_is_rejected() {
            given(registered())
                    .when(new Unsubscribe(ADA, null, null, hash(AT_HOME), TUESDAY))
                    .thenRejected(ADDRESS_MOVED);
        }

        @Test
        void is_possible_again_after_a_resubscribe() {
            given(registered(), unsubscribed(TUESDAY, AT_WORK), approved(CALLED_ON_WEDNESDAY, WEDNESDAY, AT_WORK))
                    .when(unsubscribe(THURSDAY))
                    .then(unsubscribed(THURSDAY, AT_WORK));
        }
    }

    @Nested
    class Resubscribing {

        @Test
        void is_requested_with_evidence() {
            given(registered(), unsubscribed(TUESDAY, AT_WORK))
                    .when(requestOn(CALLED_ON_WEDNESDAY, THURSDAY))
                    .then(requested(CALLED_ON_WEDNESDAY, THURSDAY));
        }

        @Test
        void is_requested_once() {
            given(registered(), unsubscribed(TUESDAY, AT_WORK), requested(CALLED_ON_WEDNESDAY, WEDNESDAY))
                    .when(requestOn(CALLED_ON_WEDNESDAY, THURSDAY))
                    .thenNothing();
        }

        @Test
        void is_rejected_for_a_subscribed_person() {
            given(registered()).when(requestOn(CALLED_ON_WEDNESDAY, THURSDAY)).thenRejected(PERSON_SUBSCRIBED);
            given(registered()).when(approve(CALLED_ON_WEDNESDAY, THURSDAY)).thenRejected(PERSON_SUBSCRIBED);
        }

        @Test
        void on_a_consent_older_than_the_opt_out_is_rejected() {
            given(registered(), unsubscribed(TUESDAY, AT_WORK))
                    .when(requestOn(CALLED_ON_MONDAY, THURSDAY))
                    .thenRejected(CONSENT_OLDER_THAN_UNSUBSCRIBE);
            given(registered(), unsubscribed(TUESDAY, AT_WORK))
                    .when(approve(CALLED_ON_MONDAY, THURSDAY))
                    .thenRejected(CONSENT_OLDER_THAN_UNSUBSCRIBE);
        }

        @Test
        void on_a_consent_older_than_the_opt_out_that_a_new_address_brought_is_rejected() {
            var past = new PersonEvent[] {
                registered(),
                unsubscribed(MONDAY, AT_WORK),
                requested(CALLED_ON_MONDAY, TUESDAY),
                changed(ContactField.EMAILS, List.of(AT_WORK), List.of(AT_WORK, AT_HOME), WEDNESDAY),
                unsubscribed(SUPPRESSED_ADDRESS, WEDNESDAY, AT_HOME)
            };
            given(past).when(approve(null, THURSDAY)).thenRejected(EVIDENCE_MISSING);
            given(past).when(approve(CALLED_ON_MONDAY, THURSDAY)).thenRejected(CONSENT_OLDER_THAN_UNSUBSCRIBE);
        }

        @Test
        void stays_pending_when_the_opt_out_only_covers_a_new_address() {
            given(
                            registered(),
                            unsubscribed(MONDAY, AT_WORK),
                            requested(CALLED_ON_MONDAY, TUESDAY),
                            changed(ContactField.EMAILS, List.of(AT_WORK), List.of(AT_HOME), WEDNESDAY),
                            unsubscribed(ADDRESS_ADDED, WEDNESDAY, AT_HOME))
                    .when(approve(null, THURSDAY))
                    .then(
                            approved(CALLED_ON_MONDAY, THURSDAY, AT_HOME),
                            authorized(
                                    Authorization.consent(CALLED_ON_MONDAY.dateOfConsent(), "Product news"),
                                    null,
                                    THURSDAY));
        }

        @Test
        void on_a_consent_of_the_future_is_rejected() {
            given(registered(), unsubscribed(MONDAY, AT_WORK))
                    .when(requestOn(CALLED_ON_WEDNESDAY, MONDAY))
                    .thenRejected(CONSENT_IN_FUTURE);
        }

        /** Wednesday evening in Los Angeles is Thursday in UTC; Wednesday morning in Taipei is Tuesday in UTC. */
        @ParameterizedTest
        @CsvSource({
            "America/Los_Angeles, 2026-03-05T03:00:00Z, 2026-03-05T04:00:00Z",
            "Asia/Taipei, 2026-03-03T23:00:00Z, 2026-03-03T23:30:00Z"
        })
        void on_a_consent_of_today_is_judged_by_the_day_in_the_zone_of_the_ledger(
                ZoneId zone, Instant optedOut, Instant asked) {
            var of = new RequestResubscribe(ADA, CALLED_ON_WEDNESDAY, zone, asked);
            given(registered(), unsubscribed(optedOut, AT_WORK)).when(of).then(requested(CALLED_ON_WEDNESDAY, asked));

            var dayBefore = new RequestResubscribe(ADA, CALLED_ON_MONDAY, zone, asked);
            given(registered(), unsubscribed(optedOut, AT_WORK))
                    .when(dayBefore)
                    .thenRejected(CONSENT_OLDER_THAN_UNSUBSCRIBE);
        }

        @Test
        void approved_lifts_the_suppression_and_sets_the_consent() {
            given(
                            registered(),
                            authorized(INTEREST, null, MONDAY),
                            unsubscribed(TUESDAY, AT_WORK),
                            requested(CALLED_ON_WEDNESDAY, WEDNESDAY))
                    .when(approve(null, THURSDAY))
                    .then(
                            approved(CALLED_ON_WEDNESDAY, THURSDAY, AT_WORK),
                            authorized(
                                    Authorization.consent(
                                            CALLED_ON_WEDNESDAY.dateOfConsent(),
                                            CALLED_ON_WEDNESDAY.purposeOfProcessing()),
                                    INTEREST,
                                    THURSDAY));
        }

        @Test
        void needs_no_request_if_the_approver_brings_the_evidence() {
            given(registered(), unsubscribed(TUESDAY, AT_WORK))
                    .when(approve(CALLED_ON_WEDNESDAY, THURSDAY))
                    .then(
                            approved(CALLED_ON_WEDNESDAY, THURSDAY, AT_WORK),
                            authorized(
                                    Authorization.consent(CALLED_ON_WEDNESDAY.dateOfConsent(), "Product news"),
                                    null,
                                    THURSDAY));
        }

        @Test
        void without_any_evidence_is_rejected() {
            given(registered(), unsubscribed(TUESDAY, AT_WORK))
                    .when(approve(null, THURSDAY))
                    .thenRejected(EVIDENCE_MISSING);
        }

        @Test
        void without_the_attestation_is_rejected() {
            given(registered(), unsubscribed(TUESDAY, AT_WORK))
                    .when(approveWithoutAttesting(CALLED_ON_WEDNESDAY, THURSDAY))
                    .thenRejected(ATTESTATION_MISSING);
        }

        @Test
        void rejected_closes_the_request_and_the_opt_out_stays() {
            given(registered(), unsubscribed(TUESDAY, AT_WORK), requested(CALLED_ON_WEDNESDAY, WEDNESDAY))
                    .when(reject(THURSDAY))
                    .then(rejected(THURSDAY));
            given(
                            registered(),
                            unsubscribed(TUESDAY, AT_WORK),
                            requested(CALLED_ON_WEDNESDAY, WEDNESDAY),
                            rejected(THURSDAY))
                    .when(approve(null, THURSDAY))
                    .thenRejected(EVIDENCE_MISSING);
        }

        @Test
        void can_not_be_rejected_without_a_request() {
            given(registered(), unsubscribed(TUESDAY, AT_WORK))
                    .when(reject(THURSDAY))
                    .thenRejected(NO_REQUEST_PENDING);
        }
    }

    @Nested
    class Exporting {

        @Test
        void is_recorded_each_time() {
            var export = UUID.fromString("00000000-0000-4000-8000-000000000001");
            given(registered())
                    .when(new RecordExport(ADA, export, TUESDAY))
                    .then(new PersonExported(ADA, export, TUESDAY));
        }
    }

    @Nested
    class LinkingASalesforceRecord {

        @Test
        void is_recorded_and_assigns_the_record_to_the_person() {
            given(registered()).when(linkTo(A_LEAD, TUESDAY)).then(linked(A_LEAD, null, TUESDAY));
        }

        @Test
        void names_the_record_that_it_was_before_as_a_converted_lead() {
            given(registered(), linked(A_LEAD, null, TUESDAY))
                    .when(linkTo(A_CONTACT, WEDNESDAY))
                    .then(linked(A_CONTACT, A_LEAD, WEDNESDAY));
        }

        @Test
        void to_the_same_record_in_its_other_form_records_nothing() {
            given(registered(), linked(A_CONTACT, null, TUESDAY))
                    .when(linkTo(A_CONTACT.substring(0, 15), WEDNESDAY))
                    .thenNothing();
        }

        @Test
        void of_another_person_is_rejected_with_that_person() {
            given(registered())
                    .andSalesforceIdHeldBy(SOMEBODY_ELSE, A_LEAD)
                    .when(linkTo(A_LEAD + "IAQ", TUESDAY))
                    .thenRejected(SALESFORCE_ID_TAKEN, SOMEBODY_ELSE);
        }

        @Test
        void identifies_the_person_when_the_last_address_is_removed() {
            given(registered(), linked(A_LEAD, null, TUESDAY))
                    .when(change(emails(), WEDNESDAY))
                    .then(changed(ContactField.EMAILS, List.of(AT_WORK), List.of(), WEDNESDAY));
        }
    }

    @Nested
    class Erasing {

        @Test
        void is_recorded_with_the_reason() {
            given(registered()).when(erase(TUESDAY)).then(erased(TUESDAY));
        }

        @Test
        void makes_every_later_command_fail() {
            var gone = given(registered(), erased(TUESDAY));
            gone.when(erase(WEDNESDAY)).thenRejected(PERSON_ERASED);
            gone.when(authorize(CONSENT, WEDNESDAY)).thenRejected(PERSON_ERASED);
            gone.when(unsubscribe(WEDNESDAY)).thenRejected(PERSON_ERASED);
            gone.when(register(mailedAt(AT_HOME), WEDNESDAY)).thenRejected(PERSON_ERASED);
        }
    }

    @Test
    void an_unknown_person_can_only_be_registered() {
        given().when(unsubscribe(MONDAY)).thenRejected(UNKNOWN_PERSON);
        given().when(authorize(CONSENT, MONDAY)).thenRejected(UNKNOWN_PERSON);
    }

    @Nested
    class Mailing {

        @Test
        void a_mail_to_a_subscribed_person_is_accepted_for_the_first_address() {
            given(registered(mailedAt(AT_WORK, AT_HOME), MONDAY))
                    .when(mail(TUESDAY))
                    .then(mailAccepted(TUESDAY));
        }

        @Test
        void a_mail_to_an_unsubscribed_person_is_refused_and_the_refusal_recorded() {
            given(registered(), unsubscribed(TUESDAY, AT_WORK))
                    .when(mail(WEDNESDAY))
                    .then(mailRefused(EmailRefusal.PERSON_UNSUBSCRIBED, WEDNESDAY));
        }

        @Test
        void a_non_commercial_mail_to_an_unsubscribed_person_is_accepted() {
            given(registered(), unsubscribed(TUESDAY, AT_WORK))
                    .when(invoice(WEDNESDAY))
                    .then(invoiceAccepted(WEDNESDAY));
        }

        @Test
        void any_mail_to_an_erased_person_is_refused_without_recording_personal_data() {
            given(registered(), erased(TUESDAY))
                    .when(invoice(WEDNESDAY))
                    .then(new EmailRefused(ADA, EMAIL, EmailRefusal.PERSON_ERASED, null, null, true, WEDNESDAY));
        }

        @Test
        void a_mail_to_a_person_without_an_address_is_rejected() {
            given(registered(ContactData.NONE.with(ContactField.SALESFORCE_ID, List.of("003A000001abcDE")), MONDAY))
                    .when(mail(TUESDAY))
                    .thenRejected(ADDRESS_MISSING);
        }

        @Test
        void the_same_mail_is_accepted_once_while_it_waits() {
            given(registered(), mailAccepted(TUESDAY)).when(mail(TUESDAY)).thenNothing();
        }

        @Test
        void the_outcome_of_a_mail_is_recorded_once() {
            given(registered(), mailAccepted(TUESDAY))
                    .when(outcome(new EmailOutcome.Sent(), WEDNESDAY))
                    .then(new EmailSent(ADA, EMAIL, WEDNESDAY));
            given(registered(), mailAccepted(TUESDAY), new EmailSent(ADA, EMAIL, WEDNESDAY))
                    .when(outcome(new EmailOutcome.Failed(EmailFailure.OUTCOME_UNKNOWN, null), THURSDAY))
                    .thenNothing();
        }

        @Test
        void a_mail_is_withheld_if_the_person_has_opted_out_meanwhile() {
            given(registered(), mailAccepted(TUESDAY), unsubscribed(TUESDAY, AT_WORK))
                    .when(outcome(new EmailOutcome.Withheld(), WEDNESDAY))
                    .then(mailWithheld(EmailRefusal.PERSON_UNSUBSCRIBED, WEDNESDAY));
        }

        @Test
        void a_mail_is_withheld_if_the_address_is_not_the_person_s_any_more() {
            given(
                            registered(),
                            mailAccepted(TUESDAY),
                            changed(ContactField.EMAILS, List.of(AT_WORK), List.of(AT_HOME), TUESDAY))
                    .when(outcome(new EmailOutcome.Withheld(), WEDNESDAY))
                    .then(mailWithheld(EmailRefusal.ADDRESS_GONE, WEDNESDAY));
        }

        @Test
        void a_mail_that_is_still_allowed_is_not_withheld() {
            given(registered(), mailAccepted(TUESDAY))
                    .when(outcome(new EmailOutcome.Withheld(), WEDNESDAY))
                    .thenNothing();
        }

        @Test
        void the_outcome_of_a_mail_is_recorded_even_if_the_person_was_erased_meanwhile() {
            given(registered(), mailAccepted(TUESDAY), erased(TUESDAY))
                    .when(outcome(new EmailOutcome.Sent(), WEDNESDAY))
                    .then(new EmailSent(ADA, EMAIL, WEDNESDAY));
            given(registered(), mailAccepted(TUESDAY), erased(TUESDAY))
                    .when(outcome(new EmailOutcome.Withheld(), WEDNESDAY))
                    .then(mailWithheld(EmailRefusal.PERSON_ERASED, WEDNESDAY));
        }
    }
}
