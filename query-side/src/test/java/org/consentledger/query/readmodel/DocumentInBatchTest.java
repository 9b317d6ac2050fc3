package org.consentledger.query.readmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.consentledger.query.readmodel.RecordedEvents.ADA;
import static org.consentledger.query.readmodel.RecordedEvents.MONDAY;
import static org.consentledger.query.readmodel.RecordedEvents.WEDNESDAY;
import static org.consentledger.query.readmodel.RecordedEvents.consented;
import static org.consentledger.query.readmodel.RecordedEvents.recorded;
import static org.consentledger.query.readmodel.RecordedEvents.registered;
import static org.consentledger.query.readmodel.RecordedEvents.unsubscribed;

import java.util.List;
import java.util.Set;
import org.bson.Document;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonEvent.AuthorizationSet;
import org.consentledger.kernel.person.PersonEvent.SourceSet;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.SourceType;
import org.consentledger.kernel.person.UnsubscribeCause;
import org.consentledger.query.readmodel.DocumentInBatch.PartialUpdate;
import org.consentledger.query.readmodel.DocumentInBatch.WholeDocument;
import org.junit.jupiter.api.Test;

class DocumentInBatchTest {

    private static final DocumentShape<EventLog> SHAPE = new EventLog.Shape(Set.of());

    private final List<Recorded<PersonEvent>> events =
            recorded(registered(), sourced(SourceType.IMPORT), sourced(SourceType.CRM_SYNC), consented());

    @Test
    void a_whole_document_remembers_what_was_stored() {
        var stored = new EventLog(List.of("PersonRegistered"));

        var after = WholeDocument.of(stored, SHAPE).after(events.subList(1, 4), 4, SHAPE);

        assertThat(after.stored()).isEqualTo(stored);
        assertThat(after.folded())
                .isEqualTo(new EventLog(List.of("PersonRegistered", "SourceSet", "SourceSet", "AuthorizationSet")));
        assertThat(after.next()).isEqualTo(4);
    }

    @Test
    void ignored_events_count_but_create_and_change_no_document() {
        var ignoring = new EventLog.Shape(Set.of(SourceSet.class, AuthorizationSet.class));

        var after = WholeDocument.of(null, ignoring).after(events.subList(1, 4), 4, ignoring);

        assertThat(after).isEqualTo(new WholeDocument<EventLog>(null, null, 4));
    }

    @Test
    void an_event_that_fails_leaves_nothing_behind() {
        var before = WholeDocument.of(new EventLog(List.of("PersonRegistered")), SHAPE);
        var failing =
                recorded(registered(), sourced(SourceType.IMPORT), unsubscribed(UnsubscribeCause.REQUESTED, WEDNESDAY));

        assertThatThrownBy(() -> before.after(failing.subList(1, 3), 3, SHAPE))
                .isInstanceOf(IllegalStateException.class);

        assertThat(before).isEqualTo(WholeDocument.of(new EventLog(List.of("PersonRegistered")), SHAPE));
    }

    @Test
    void the_fields_to_set_are_those_of_all_events() {
        var before = PartialUpdate.<EventLog>of(1);

        var after = before.after(events.subList(1, 2), 2, SHAPE).after(events.subList(2, 3), 3, SHAPE);

        assertThat(after)
                .isEqualTo(new PartialUpdate<EventLog>(
                        1, 3, new Document("version", 3L).append("field1", true).append("field2", true)));
        assertThat(before).isEqualTo(PartialUpdate.<EventLog>of(1));
    }

    private static PersonEvent sourced(SourceType type) {
        return new SourceSet(ADA, Source.of(type), Source.of(SourceType.OTHER), MONDAY);
    }
}
