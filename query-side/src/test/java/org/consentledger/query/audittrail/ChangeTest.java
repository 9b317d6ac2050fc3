package org.consentledger.query.audittrail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consentledger.query.readmodel.RecordedEvents.ADA;
import static org.consentledger.query.readmodel.RecordedEvents.HASH;
import static org.consentledger.query.readmodel.RecordedEvents.MONDAY;
import static org.consentledger.query.readmodel.RecordedEvents.TUESDAY;
import static org.consentledger.query.readmodel.RecordedEvents.consented;
import static org.consentledger.query.readmodel.RecordedEvents.erased;
import static org.consentledger.query.readmodel.RecordedEvents.registered;
import static org.consentledger.query.readmodel.RecordedEvents.resubscribeApproved;
import static org.consentledger.query.readmodel.RecordedEvents.unsubscribed;

import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.consentledger.kernel.person.AddressEvent.AddressSuppressed;
import org.consentledger.kernel.person.Authorization;
import org.consentledger.kernel.person.AuthorizationType;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.EmailRefusal;
import org.consentledger.kernel.person.FieldChange;
import org.consentledger.kernel.person.PersonEvent.AuthorizationSet;
import org.consentledger.kernel.person.PersonEvent.ContactDataChanged;
import org.consentledger.kernel.person.PersonEvent.EmailRefused;
import org.consentledger.kernel.person.UnsubscribeCause;
import org.consentledger.kernel.person.UnsubscribeReason;
import org.consentledger.kernel.privacy.Erased;
import org.junit.jupiter.api.Test;

class ChangeTest {

    @Test
    void a_registration_changes_each_of_its_fields_from_empty() {
        assertThat(Change.of(registered()))
                .contains(
                        new Change("firstName", null, "Ada", true),
                        new Change("emails", List.of(), List.of("Ada@Example.org", "nowak@example.org"), true),
                        new Change("source.type", null, "OTHER", false),
                        new Change("source.description", null, "a fair in Berlin", true))
                .noneMatch(change -> change.field().equals("title"));
    }

    @Test
    void a_change_of_contact_data_has_the_old_and_the_new_value() {
        var changed = new ContactDataChanged(
                ADA,
                List.of(
                        new FieldChange(ContactField.TITLE, List.of("CTO"), List.of()),
                        new FieldChange(ContactField.PHONES, List.of(), List.of("+49 30 1234"))),
                TUESDAY);

        assertThat(Change.of(changed))
                .containsExactly(
                        new Change("title", "CTO", null, true),
                        new Change("phones", List.of(), List.of("+49 30 1234"), true));
    }

    @Test
    void an_authorization_has_the_previous_value() {
        var set = new AuthorizationSet(
                ADA,
                Authorization.of(AuthorizationType.LEGITIMATE_INTEREST),
                Authorization.consent(LocalDate.parse("2026-03-01"), "News by e-mail"),
                TUESDAY);

        assertThat(Change.of(set))
                .containsExactly(
                        new Change("authorization.type", "CONSENT", "LEGITIMATE_INTEREST", false),
                        new Change("authorization.dateOfConsent", "2026-03-01", null, false),
                        new Change("authorization.purposeOfProcessing", "News by e-mail", null, true));
    }

    @Test
    void an_opt_out_and_an_opt_in_change_the_subscription() {
        assertThat(Change.of(unsubscribed(UnsubscribeCause.REQUESTED, TUESDAY)))
                .contains(new Change("subscription.status", "SUBSCRIBED", "UNSUBSCRIBED", false));
        assertThat(Change.of(resubscribeApproved()))
                .contains(new Change("subscription.status", "UNSUBSCRIBED", "SUBSCRIBED", false));
    }

    @Test
    void a_repeated_opt_out_changes_no_status_but_closes_the_pending_request() {
        assertThat(Change.of(unsubscribed(UnsubscribeCause.REPEATED, TUESDAY)))
                .contains(new Change("resubscribeRequest", "PENDING", "OVERTAKEN", false))
                .noneMatch(change -> change.field().equals("subscription.status"));
    }

    @Test
    void a_suppressed_address_makes_the_person_unsubscribed_from_any_status() {
        assertThat(Change.of(unsubscribed(UnsubscribeCause.SUPPRESSED_ADDRESS, TUESDAY)))
                .contains(new Change("subscription.status", null, "UNSUBSCRIBED", false));
    }

    @Test
    void a_further_address_changes_no_status() {
        assertThat(Change.of(unsubscribed(UnsubscribeCause.ADDRESS_ADDED, TUESDAY)))
                .noneMatch(change -> change.field().equals("subscription.status"));
    }

    @Test
    void an_address_without_a_person_can_be_suppressed() {
        assertThat(Change.of(new AddressSuppressed(HASH, UnsubscribeReason.COMPLAINED, MONDAY)))
                .containsExactly(
                        new Change("suppressed", "false", "true", false),
                        new Change("suppression.reason", null, "COMPLAINED", false));
    }

    @Test
    void a_refused_mail_has_its_reason_and_hides_its_subject_after_an_erasure() {
        var mail = UUID.fromString("00000000-0000-4000-8000-000000000002");
        var refused = new EmailRefused(ADA, mail, EmailRefusal.PERSON_UNSUBSCRIBED, "News", "d1", false, TUESDAY);

        assertThat(Change.of(refused))
                .contains(
                        new Change("email.id", null, mail.toString(), false),
                        new Change("email.state", null, "REFUSED", false),
                        new Change("email.reason", null, "PERSON_UNSUBSCRIBED", false),
                        new Change("email.subject", null, "News", true),
                        new Change("email.digest", null, "d1", true));
    }

    @Test
    void an_erasure_hides_only_personal_values() {
        assertThat(new Change("title", "CTO", null, true).erased())
                .isEqualTo(new Change("title", Erased.TEXT, null, true));
        assertThat(new Change("emails", List.of(), List.of("a@example.org", "b@example.org"), true).erased())
                .isEqualTo(new Change("emails", List.of(), Erased.TEXTS, true));
        assertThat(Change.of(consented()).getFirst().erased())
                .isEqualTo(new Change("authorization.type", null, "CONSENT", false));
        assertThat(Change.of(erased())).contains(new Change("erased", "false", "true", false));
    }
}
