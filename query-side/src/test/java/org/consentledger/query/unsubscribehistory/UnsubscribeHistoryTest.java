package org.consentledger.query.unsubscribehistory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consentledger.query.readmodel.RecordedEvents.ADA;
import static org.consentledger.query.readmodel.RecordedEvents.BY_ANNA;
import static org.consentledger.query.readmodel.RecordedEvents.BY_LINK;
import static org.consentledger.query.readmodel.RecordedEvents.BY_OLGA;
import static org.consentledger.query.readmodel.RecordedEvents.EVIDENCE;
import static org.consentledger.query.readmodel.RecordedEvents.MONDAY;
import static org.consentledger.query.readmodel.RecordedEvents.THURSDAY;
import static org.consentledger.query.readmodel.RecordedEvents.TUESDAY;
import static org.consentledger.query.readmodel.RecordedEvents.consented;
import static org.consentledger.query.readmodel.RecordedEvents.erased;
import static org.consentledger.query.readmodel.RecordedEvents.recorded;
import static org.consentledger.query.readmodel.RecordedEvents.registered;
import static org.consentledger.query.readmodel.RecordedEvents.resubscribeApproved;
import static org.consentledger.query.readmodel.RecordedEvents.resubscribeRequested;
import static org.consentledger.query.readmodel.RecordedEvents.unsubscribed;

import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.UnsubscribeCause;
import org.consentledger.kernel.person.UnsubscribeReason;
import org.consentledger.kernel.provenance.Provenance;
import org.consentledger.query.unsubscribehistory.UnsubscribeHistory.Direction;
import org.consentledger.query.unsubscribehistory.UnsubscribeHistory.Proof;
import org.junit.jupiter.api.Test;

class UnsubscribeHistoryTest {

    private UnsubscribeHistory history = UnsubscribeHistory.blank(ADA);
    private long version;

    @Test
    void an_opt_out_by_the_link_names_the_link() {
        happened(registered(), BY_OLGA);
        happened(unsubscribed(UnsubscribeCause.REQUESTED, TUESDAY), BY_LINK);

        assertThat(history.version()).isEqualTo(2);
        assertThat(history.entries()).singleElement().satisfies(entry -> {
            assertThat(entry.date()).isEqualTo(TUESDAY);
            assertThat(entry.direction()).isEqualTo(Direction.UNSUBSCRIBE);
            assertThat(entry.reason()).isEqualTo(UnsubscribeReason.TOO_FREQUENT);
            assertThat(entry.source()).isEqualTo("Clicked Link");
        });
    }

    @Test
    void an_opt_in_names_its_approver_and_its_evidence() {
        happened(registered(), BY_OLGA);
        happened(unsubscribed(UnsubscribeCause.REQUESTED, TUESDAY), BY_OLGA);
        happened(resubscribeRequested(), BY_OLGA);
        happened(resubscribeApproved(), BY_ANNA);

        assertThat(history.entries()).hasSize(2);
        var optIn = history.entries().getLast();
        assertThat(optIn.direction()).isEqualTo(Direction.RESUBSCRIBE);
        assertThat(optIn.source()).isEqualTo("Anna Admin");
        assertThat(optIn.evidence()).isEqualTo(Proof.of(EVIDENCE, "letter seen"));
    }

    @Test
    void events_other_than_opt_outs_and_opt_ins_change_nothing() {
        var before = history;
        happened(registered(), BY_OLGA);
        happened(consented(), BY_OLGA);
        happened(resubscribeRequested(), BY_OLGA);

        assertThat(history).isSameAs(before);
    }

    @Test
    void a_further_address_of_an_unsubscribed_person_is_no_new_opt_out() {
        happened(unsubscribed(UnsubscribeCause.SUPPRESSED_ADDRESS, MONDAY), BY_OLGA);
        happened(unsubscribed(UnsubscribeCause.ADDRESS_ADDED, TUESDAY), BY_OLGA);

        assertThat(history.entries()).hasSize(1);
        assertThat(history.version()).isEqualTo(1);
    }

    @Test
    void a_further_address_that_had_been_opted_out_brings_an_entry_of_its_own() {
        happened(unsubscribed(UnsubscribeCause.REQUESTED, MONDAY), BY_LINK);
        happened(unsubscribed(UnsubscribeCause.SUPPRESSED_ADDRESS, TUESDAY), BY_OLGA);

        assertThat(history.entries())
                .extracting(UnsubscribeHistory.Entry::cause)
                .containsExactly(UnsubscribeCause.REQUESTED, UnsubscribeCause.SUPPRESSED_ADDRESS);
    }

    @Test
    void a_repetition_while_a_request_is_pending_is_a_new_opt_out() {
        happened(unsubscribed(UnsubscribeCause.REQUESTED, TUESDAY), BY_LINK);
        happened(resubscribeRequested(), BY_OLGA);
        happened(unsubscribed(UnsubscribeCause.REQUESTED, THURSDAY), BY_LINK);

        assertThat(history.entries()).extracting(UnsubscribeHistory.Entry::date).containsExactly(TUESDAY, THURSDAY);
    }

    @Test
    void a_repeated_opt_out_is_a_separate_entry() {
        happened(unsubscribed(UnsubscribeCause.REQUESTED, TUESDAY), BY_LINK);
        happened(unsubscribed(UnsubscribeCause.REPEATED, THURSDAY), BY_LINK);

        assertThat(history.entries()).hasSize(2);
        assertThat(history.unsubscribed()).isTrue();
    }

    @Test
    void an_erasure_keeps_the_time_and_the_way_in_but_no_texts() {
        happened(unsubscribed(UnsubscribeCause.REQUESTED, TUESDAY), BY_LINK);
        happened(resubscribeApproved(), BY_ANNA);
        happened(erased(), BY_ANNA);

        assertThat(history.erased()).isTrue();
        assertThat(history.entries()).hasSize(2);
        assertThat(history.entries().getFirst().comment()).isNull();
        assertThat(history.entries().getFirst().reason()).isEqualTo(UnsubscribeReason.TOO_FREQUENT);
        assertThat(history.entries().getLast().evidence())
                .isEqualTo(new Proof(EVIDENCE.dateOfConsent(), null, null, null, null));
    }

    @Test
    void a_redelivered_event_changes_nothing() {
        happened(registered(), BY_OLGA);
        happened(unsubscribed(UnsubscribeCause.REQUESTED, TUESDAY), BY_LINK);

        assertThat(history.evolve(recorded(unsubscribed(UnsubscribeCause.REQUESTED, TUESDAY), 1, BY_LINK)))
                .isSameAs(history);
    }

    private void happened(PersonEvent event, Provenance provenance) {
        history = history.evolve(recorded(event, version++, provenance));
    }
}
