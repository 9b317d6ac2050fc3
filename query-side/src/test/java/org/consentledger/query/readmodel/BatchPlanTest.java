package org.consentledger.query.readmodel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.consentledger.foundation.store.LedgerEngine.EventRange;
import org.consentledger.kernel.person.AddressEvent.AddressSuppressed;
import org.consentledger.kernel.person.PersonEvent.ContactDataChanged;
import org.consentledger.kernel.person.PersonEvent.PersonExported;
import org.consentledger.kernel.person.PersonEvent.PersonRegistered;
import org.consentledger.kernel.person.PersonEvent.SourceSet;
import org.junit.jupiter.api.Test;

class BatchPlanTest {

    @Test
    void the_document_of_a_person_is_fetched_once_for_all_events() {
        var plan = plan(changed("ada", 4), changed("ben", 9), changed("ada", 5));

        assertThat(plan.toFetch()).containsExactlyInAnyOrder("ada", "ben");
        assertThat(plan.partialUpdates()).isEmpty();
    }

    @Test
    void the_document_of_a_person_who_is_registered_in_the_batch_is_not_fetched() {
        var plan = plan(new EventHeader("ada", 0, PersonRegistered.class), changed("ada", 1));

        assertThat(plan.toFetch()).isEmpty();
        assertThat(plan.gaps(stream -> 0)).isEmpty();
    }

    @Test
    void ignored_events_alone_need_nothing() {
        var plan = plan(exported("ada", 3), exported("ben", 3), changed("ben", 4));

        assertThat(plan.parts()).containsOnlyKeys("ben");
    }

    @Test
    void events_of_addresses_are_not_planned() {
        assertThat(plan(new EventHeader("an address", 0, AddressSuppressed.class))
                        .parts())
                .isEmpty();
    }

    @Test
    void a_document_is_only_set_if_all_events_are_self_contained_and_follow_each_other() {
        var plan = plan(
                sourced("ada", 4),
                sourced("ben", 4),
                sourced("eve", 4),
                sourced("ada", 5),
                changed("ben", 5),
                sourced("eve", 6));

        assertThat(plan.partialUpdates()).containsExactly("ada");
        assertThat(plan.toFetch()).containsExactlyInAnyOrder("ben", "eve");
    }

    @Test
    void a_document_with_another_version_or_none_is_fetched_instead_of_set() {
        var plan = plan(sourced("ada", 4), sourced("ben", 4), sourced("eve", 4), sourced("joe", 4));

        var checked = plan.checkedAgainst(Map.of("ada", 4L, "ben", 3L, "eve", 5L));

        assertThat(checked.partialUpdates()).containsExactly("ada");
        assertThat(checked.toFetch()).containsExactlyInAnyOrder("ben", "eve", "joe");
        assertThat(plan.partialUpdates()).as("the plan before").hasSize(4);
    }

    @Test
    void a_gap_lies_between_a_document_and_the_first_event_of_the_batch() {
        var versions = Map.of("ada", 2L, "ben", 4L, "eve", 6L, "joe", 1L);

        var plan = plan(changed("ada", 4), changed("ben", 4), changed("eve", 4), sourced("joe", 4), changed("ada", 7));

        assertThat(plan.gaps(versions::get)).containsExactly(new EventRange("ada", 2, 4));
    }

    private static BatchPlan plan(EventHeader... ahead) {
        return BatchPlan.of(List.of(ahead), new EventLog.Shape(Set.of(PersonExported.class)));
    }

    private static EventHeader changed(String stream, long sequence) {
        return new EventHeader(stream, sequence, ContactDataChanged.class);
    }

    private static EventHeader sourced(String stream, long sequence) {
        return new EventHeader(stream, sequence, SourceSet.class);
    }

    private static EventHeader exported(String stream, long sequence) {
        return new EventHeader(stream, sequence, PersonExported.class);
    }
}
