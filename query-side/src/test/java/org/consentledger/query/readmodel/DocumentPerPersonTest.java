package org.consentledger.query.readmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consentledger.query.readmodel.RecordedEvents.ADA;
import static org.consentledger.query.readmodel.RecordedEvents.MONDAY;
import static org.consentledger.query.readmodel.RecordedEvents.WEDNESDAY;
import static org.consentledger.query.readmodel.RecordedEvents.consented;
import static org.consentledger.query.readmodel.RecordedEvents.erased;
import static org.consentledger.query.readmodel.RecordedEvents.recorded;
import static org.consentledger.query.readmodel.RecordedEvents.registered;
import static org.consentledger.query.readmodel.RecordedEvents.unsubscribed;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import java.util.List;
import java.util.Objects;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.PersonEvent.PersonRegistered;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.SourceType;
import org.consentledger.kernel.person.UnsubscribeCause;
import org.consentledger.query.testing.QuerySideTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.data.mongodb.core.MongoTemplate;

/**
 * Whatever happens to a document between two batches, the next events mend it, and leave alone what they don't change.
 */
@QuerySideTest
class DocumentPerPersonTest {

    private static final Bson OF_ADA = Filters.eq("_id", ADA.toString());

    @Autowired
    private ReadModels models;

    @Autowired
    private MongoTemplate mongo;

    private ReadModel people;
    private MongoCollection<Document> collection;

    private final List<? extends Recorded<?>> facts =
            recorded(registered(), consented(), unsubscribed(UnsubscribeCause.REQUESTED, WEDNESDAY));

    @BeforeEach
    void an_empty_collection() {
        people = models.named("people").orElseThrow();
        collection = mongo.getCollection("beside_the_live_ones");
        collection.drop();
        people.createIndexes(collection);
    }

    @Test
    void a_collection_restored_from_a_backup_applies_the_lost_events_again() {
        take(facts.subList(0, 1));
        var backup = stored();
        take(facts.subList(1, 3));
        var before = stored();
        collection.replaceOne(OF_ADA, backup);

        take(facts.subList(1, 3));

        assertThat(stored()).isEqualTo(before).containsEntry("version", 3L);
    }

    @Test
    void a_collection_that_was_emptied_is_filled_again() {
        take(facts);
        var before = stored();
        collection.deleteMany(new Document());

        take(facts);

        assertThat(stored()).isEqualTo(before);
    }

    @Test
    void a_document_missing_at_its_update_is_written_as_a_whole() {
        take(facts);
        var before = stored();
        collection.deleteMany(new Document());
        take(facts.subList(0, 1));
        var fold = folded(facts.subList(1, 3));
        collection.deleteMany(new Document());

        fold.write();

        assertThat(stored()).isEqualTo(before);
    }

    @Test
    void redelivered_events_change_nothing() {
        take(facts);
        var before = stored();

        take(facts);
        take(facts.subList(1, 2));

        assertThat(stored()).isEqualTo(before);
    }

    @Test
    void an_event_without_contact_data_does_not_rewrite_the_stored_contact_data() {
        take(facts.subList(0, 1));
        collection.updateOne(OF_ADA, Updates.set("search", List.of("as it was")));

        take(facts.subList(1, 3));

        assertThat(stored())
                .containsEntry("version", 3L)
                .containsEntry("search", List.of("as it was"))
                .containsKey("authorization")
                .hasEntrySatisfying(
                        "subscription", now -> assertThat((Document) now).containsEntry("status", "UNSUBSCRIBED"));
    }

    @Test
    void an_erasure_is_stored_even_without_contact_data() {
        var nameless = new PersonRegistered(ADA, ContactData.NONE, new Source(SourceType.OTHER, "a fair"), MONDAY);

        take(recorded(nameless, erased()).subList(0, 1));
        take(recorded(nameless, erased()).subList(1, 2));

        assertThat(stored()).containsEntry("erased", true);
        assertThat(stored().toString()).doesNotContain("a fair");
    }

    private void take(List<? extends Recorded<?>> batch) {
        folded(batch).write();
    }

    private ReadModel.Fold folded(List<? extends Recorded<?>> batch) {
        var fold = people.begin(
                collection,
                batch.stream()
                        .map(fact -> new EventHeader(
                                fact.stream(), fact.sequence(), fact.event().getClass()))
                        .toList());
        batch.forEach(fold::fold);
        return fold;
    }

    private Document stored() {
        return Objects.requireNonNull(collection.find(OF_ADA).first());
    }
}
