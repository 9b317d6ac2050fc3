package org.consentledger.query.people;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.consentledger.query.readmodel.RecordedEvents.ADA;
import static org.consentledger.query.readmodel.RecordedEvents.BY_ANNA;
import static org.consentledger.query.readmodel.RecordedEvents.BY_LINK;
import static org.consentledger.query.readmodel.RecordedEvents.BY_OLGA;
import static org.consentledger.query.readmodel.RecordedEvents.EVIDENCE;
import static org.consentledger.query.readmodel.RecordedEvents.MONDAY;
import static org.consentledger.query.readmodel.RecordedEvents.NOWAK;
import static org.consentledger.query.readmodel.RecordedEvents.OLGA;
import static org.consentledger.query.readmodel.RecordedEvents.THURSDAY;
import static org.consentledger.query.readmodel.RecordedEvents.TUESDAY;
import static org.consentledger.query.readmodel.RecordedEvents.WEDNESDAY;
import static org.consentledger.query.readmodel.RecordedEvents.consented;
import static org.consentledger.query.readmodel.RecordedEvents.erased;
import static org.consentledger.query.readmodel.RecordedEvents.recorded;
import static org.consentledger.query.readmodel.RecordedEvents.registered;
import static org.consentledger.query.readmodel.RecordedEvents.resubscribeApproved;
import static org.consentledger.query.readmodel.RecordedEvents.resubscribeRequested;
import static org.consentledger.query.readmodel.RecordedEvents.unsubscribed;

import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.consentledger.kernel.person.Authorization;
import org.consentledger.kernel.person.AuthorizationType;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.FieldChange;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonEvent.ContactDataChanged;
import org.consentledger.kernel.person.PersonEvent.EmailAccepted;
import org.consentledger.kernel.person.PersonEvent.EmailSent;
import org.consentledger.kernel.person.PersonEvent.PersonExported;
import org.consentledger.kernel.person.PersonEvent.ResubscribeRejected;
import org.consentledger.kernel.person.PersonEvent.SalesforceRecordLinked;
import org.consentledger.kernel.person.PersonEvent.SourceSet;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.SourceType;
import org.consentledger.kernel.person.SubscriptionStatus;
import org.consentledger.kernel.person.UnsubscribeCause;
import org.consentledger.kernel.privacy.Erased;
import org.consentledger.kernel.provenance.Via;
import org.consentledger.query.readmodel.ActorView;
import org.consentledger.query.readmodel.Recorded;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PersonDocumentTest {

    @Test
    void a_person_begins_subscribed_without_authorization_and_with_a_source() {
        var ada = fold(registered());

        assertThat(ada.version()).isEqualTo(1);
        assertThat(ada.contact()).isEqualTo(NOWAK);
        assertThat(ada.createdAt()).isEqualTo(MONDAY.plusSeconds(1)).isEqualTo(ada.updatedAt());
        assertThat(ada.createdBy()).isEqualTo(ActorView.of(OLGA));
        assertThat(ada.authorization()).isNull();
        assertThat(ada.source().source().type()).isEqualTo(SourceType.OTHER);
        assertThat(ada.subscription().status()).isEqualTo(SubscriptionStatus.SUBSCRIBED);
        assertThat(ada.subscription().since()).isEqualTo(MONDAY);
        assertThat(ada.erased()).isFalse();
    }

    @Test
    void a_change_affects_only_its_own_fields() {
        var ada = fold(
                registered(),
                new ContactDataChanged(
                        ADA,
                        List.of(
                                new FieldChange(ContactField.COMPANY, List.of("Nowak GmbH"), List.of()),
                                new FieldChange(ContactField.TITLE, List.of(), List.of("CTO"))),
                        TUESDAY));

        assertThat(ada.contact())
                .isEqualTo(NOWAK.with(ContactField.COMPANY, List.of()).with(ContactField.TITLE, List.of("CTO")));
        assertThat(ada.updatedAt()).isEqualTo(TUESDAY.plusSeconds(1));
    }

    @Test
    void the_authorization_has_its_actor_and_its_position_in_the_ledger() {
        var ada = fold(registered(), consented());

        assertThat(ada.authorization().authorization().type()).isEqualTo(AuthorizationType.CONSENT);
        assertThat(ada.authorization().setAt()).isEqualTo(MONDAY);
        assertThat(ada.authorization().setBy()).isEqualTo(ActorView.of(OLGA));
        assertThat(ada.authorization().position()).isEqualTo(101);
    }

    @Test
    void a_source_can_be_set_again() {
        var ada = fold(
                registered(),
                new SourceSet(ADA, Source.of(SourceType.CRM_SYNC), registered().source(), TUESDAY));

        assertThat(ada.source().source()).isEqualTo(Source.of(SourceType.CRM_SYNC));
        assertThat(ada.source().setAt()).isEqualTo(TUESDAY);
    }

    @Test
    void an_export_moves_the_version_but_is_no_update() {
        var ada = fold(registered(), new PersonExported(ADA, UUID.randomUUID(), TUESDAY));

        assertThat(ada.version()).isEqualTo(2);
        assertThat(ada.updatedAt()).isEqualTo(MONDAY.plusSeconds(1));
    }

    @Test
    void a_converted_lead_is_the_contact_that_it_became() {
        var ada = fold(
                registered(),
                new SalesforceRecordLinked(ADA, "00QA000001abcDE", null, TUESDAY),
                new SalesforceRecordLinked(ADA, "003A000001abcDE", "00QA000001abcDE", TUESDAY));

        assertThat(ada.contact().salesforceId()).isEqualTo("003A000001abcDE");
        assertThat(ada.contact().emails()).isEqualTo(registered().contact().emails());
    }

    @Test
    void a_mail_moves_the_version_but_is_no_update() {
        var mail = UUID.randomUUID();
        var ada = fold(
                registered(),
                new EmailAccepted(ADA, mail, "ada@example.org", "News", "d1", false, TUESDAY),
                new EmailSent(ADA, mail, TUESDAY));

        assertThat(ada.version()).isEqualTo(3);
        assertThat(ada.updatedAt()).isEqualTo(MONDAY.plusSeconds(1));
    }

    @Nested
    class Unsubscribing {

        @Test
        void has_the_time_the_reason_and_the_way_in() {
            var ada = PersonDocument.evolve(
                    fold(registered()), recorded(unsubscribed(UnsubscribeCause.REQUESTED, TUESDAY), 1, BY_LINK));

            assertThat(ada.subscription().status()).isEqualTo(SubscriptionStatus.UNSUBSCRIBED);
            assertThat(ada.subscription().since()).isEqualTo(TUESDAY);
            assertThat(ada.subscription().via()).isEqualTo(Via.LINK);
            assertThat(ada.subscription().comment()).isEqualTo("every day!");
            assertThat(ada.subscription().position()).isEqualTo(101);
        }

        @Test
        void of_a_further_address_keeps_the_first_date_and_a_pending_request() {
            var ada = fold(
                    registered(),
                    unsubscribed(UnsubscribeCause.REQUESTED, TUESDAY),
                    resubscribeRequested(),
                    unsubscribed(UnsubscribeCause.ADDRESS_ADDED, THURSDAY));

            assertThat(ada.subscription().since()).isEqualTo(TUESDAY);
            assertThat(ada.subscription().cause()).isEqualTo(UnsubscribeCause.REQUESTED);
            assertThat(ada.subscription().resubscribeRequest()).isNotNull();
            assertThat(ada.version()).isEqualTo(4);
        }

        @Test
        void by_a_further_address_that_had_been_opted_out_counts_from_then_and_closes_a_pending_request() {
            var ada = fold(
                    registered(),
                    unsubscribed(UnsubscribeCause.REQUESTED, TUESDAY),
                    resubscribeRequested(),
                    unsubscribed(UnsubscribeCause.SUPPRESSED_ADDRESS, THURSDAY));

            assertThat(ada.subscription().since()).isEqualTo(THURSDAY);
            assertThat(ada.subscription().cause()).isEqualTo(UnsubscribeCause.SUPPRESSED_ADDRESS);
            assertThat(ada.subscription().resubscribeRequest()).isNull();
        }

        @Test
        void again_while_a_request_is_pending_closes_the_request() {
            var ada = fold(
                    registered(),
                    unsubscribed(UnsubscribeCause.REQUESTED, TUESDAY),
                    resubscribeRequested(),
                    unsubscribed(UnsubscribeCause.REQUESTED, THURSDAY));

            assertThat(ada.subscription().since()).isEqualTo(THURSDAY);
            assertThat(ada.subscription().resubscribeRequest()).isNull();
        }
    }

    @Nested
    class Resubscribing {

        @Test
        void needs_more_than_a_request() {
            var ada = fold(registered(), unsubscribed(UnsubscribeCause.REQUESTED, TUESDAY), resubscribeRequested());

            assertThat(ada.subscription().isUnsubscribed()).isTrue();
            assertThat(ada.subscription().resubscribeRequest().evidence()).isEqualTo(EVIDENCE);
            assertThat(ada.subscription().resubscribeRequest().requestedAt()).isEqualTo(WEDNESDAY);
        }

        @Test
        void ends_when_the_request_is_rejected() {
            var ada = fold(
                    registered(),
                    unsubscribed(UnsubscribeCause.REQUESTED, TUESDAY),
                    resubscribeRequested(),
                    new ResubscribeRejected(ADA, "no proof", THURSDAY));

            assertThat(ada.subscription().isUnsubscribed()).isTrue();
            assertThat(ada.subscription().resubscribeRequest()).isNull();
        }

        @Test
        void makes_the_new_consent_the_authorization() {
            var ada = PersonDocument.evolve(
                    fold(registered(), unsubscribed(UnsubscribeCause.REQUESTED, TUESDAY)),
                    recorded(resubscribeApproved(), 2, BY_ANNA));

            assertThat(ada.subscription().status()).isEqualTo(SubscriptionStatus.SUBSCRIBED);
            assertThat(ada.subscription().since()).isEqualTo(THURSDAY);
            assertThat(ada.subscription().reason()).isNull();
            assertThat(ada.authorization().authorization())
                    .isEqualTo(Authorization.consent(LocalDate.parse("2026-03-04"), "Product news"));
            assertThat(ada.authorization().setBy().name()).isEqualTo("Anna Admin");
        }
    }

    @Nested
    class Erasing {

        private final PersonDocument ada = fold(
                registered(),
                consented(),
                unsubscribed(UnsubscribeCause.REQUESTED, TUESDAY),
                resubscribeRequested(),
                erased());

        @Test
        void keeps_the_authorization_type_and_the_opt_out() {
            assertThat(ada.erased()).isTrue();
            assertThat(ada.version()).isEqualTo(5);
            assertThat(ada.authorization().authorization())
                    .isEqualTo(new Authorization(AuthorizationType.CONSENT, LocalDate.parse("2026-03-01"), null, null));
            assertThat(ada.subscription().isUnsubscribed()).isTrue();
            assertThat(ada.subscription().since()).isEqualTo(TUESDAY);
        }

        @Test
        void removes_all_personal_data() {
            assertThat(ada.contact()).isEqualTo(ContactData.NONE);
            assertThat(ada.source().source()).isEqualTo(Source.of(SourceType.OTHER));
            assertThat(ada.subscription().comment()).isNull();
            assertThat(ada.subscription().resubscribeRequest()).isNull();
        }

        @Test
        void leaves_placeholders_in_earlier_states() {
            var before = fold(registered(), consented(), unsubscribed(UnsubscribeCause.REQUESTED, TUESDAY))
                    .erasedSince();

            assertThat(before.erased()).isTrue();
            assertThat(before.version()).isEqualTo(3);
            assertThat(before.contact().firstName()).isEqualTo(Erased.TEXT);
            assertThat(before.contact().emails()).isEqualTo(Erased.TEXTS);
            assertThat(before.contact().title()).isNull();
            assertThat(before.authorization().authorization().purposeOfProcessing())
                    .isEqualTo(Erased.TEXT);
            assertThat(before.source().source().description()).isEqualTo(Erased.TEXT);
            assertThat(before.subscription().comment()).isEqualTo(Erased.TEXT);
            assertThat(before.subscription().since()).isEqualTo(TUESDAY);
        }
    }

    @Test
    void a_redelivered_event_changes_nothing() {
        var history = recorded(registered(), consented(), unsubscribed(UnsubscribeCause.REQUESTED, TUESDAY));
        var ada = fold(history);

        for (var event : history) {
            assertThat(PersonDocument.evolve(ada, event)).isSameAs(ada);
        }
    }

    @Test
    void a_missing_event_is_an_error() {
        var ada = fold(registered());

        assertThatThrownBy(() -> PersonDocument.evolve(ada, recorded(consented(), 2, BY_OLGA)))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> PersonDocument.evolve(null, recorded(consented(), 1, BY_OLGA)))
                .isInstanceOf(IllegalStateException.class);
    }

    private static PersonDocument fold(PersonEvent... history) {
        return fold(recorded(history));
    }

    private static PersonDocument fold(List<Recorded<PersonEvent>> history) {
        PersonDocument document = null;
        for (var event : history) {
            document = PersonDocument.evolve(document, event);
        }
        return document;
    }
}
