package org.consentledger.query.people;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.consentledger.query.readmodel.RecordedEvents.MONDAY;
import static org.consentledger.query.readmodel.RecordedEvents.NOWAK;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.consentledger.kernel.person.Authorization;
import org.consentledger.kernel.person.AuthorizationType;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonEvent.AuthorizationSet;
import org.consentledger.kernel.person.PersonEvent.PersonRegistered;
import org.consentledger.kernel.person.PersonEvent.SourceSet;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.SourceType;
import org.consentledger.query.readmodel.CountedLedger;
import org.consentledger.query.readmodel.LiveCollections;
import org.consentledger.query.readmodel.Recorded;
import org.consentledger.query.testing.Batches;
import org.consentledger.query.testing.QuerySideTest;
import org.consentledger.query.testing.RandomLedger;
import org.consentledger.query.testing.Writer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.data.mongodb.core.MongoTemplate;

/**
 * A new source or legal basis is set in a person's document without reading more than its version, and nothing is lost
 * for that.
 */
@QuerySideTest
class PeopleTest {

    @Autowired
    private Writer writer;

    @Autowired
    private PeopleProjection people;

    @Autowired
    private CountedLedger counted;

    @Autowired
    private LiveCollections collections;

    @Autowired
    private MongoTemplate mongo;

    private final PersonId ada = PersonId.random();
    private MongoCollection<Document> collection;

    @BeforeEach
    void an_empty_collection() {
        collection = mongo.getCollection("people_beside_the_live_ones");
        collection.drop();
        people.createIndexes(collection);
    }

    /** The law that lets fields be set without the document. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void a_self_contained_event_sets_the_same_fields_as_the_fold(long seed) {
        var documents = new HashMap<String, PersonDocument>();
        var alone = 0;
        for (var fact : new RandomLedger(writer, 20_000 + seed).lives()) {
            var before = documents.get(fact.stream());
            var after = PersonDocument.evolve(before, fact);
            documents.put(fact.stream(), after);
            if (PersonBson.SHAPE.selfContainedEvents().contains(fact.event().getClass())) {
                alone++;
                assertThat(before).isNotNull();
                assertThat(PersonBson.SHAPE.changes(before, after)).contains(PersonBson.SHAPE.changes(fact));
            }
        }
        assertThat(alone).isPositive();
    }

    @Test
    void a_new_source_and_authorization_are_set_without_a_read_of_the_document_or_the_ledger() {
        var facts = recorded(
                registered(ada), sourced(ada, SourceType.CRM_SYNC), authorized(ada), sourced(ada, SourceType.IMPORT));
        take(facts.subList(0, 1));
        collection.updateOne(ofAda(), Updates.set("createdAt", "unreadable"));
        var before = counted.queries();

        Batches.take(new PeopleProjection(counted.ledger(), collections), collection, facts.subList(1, 4));

        assertThat(collection.find(ofAda()).first())
                .containsEntry("createdAt", "unreadable")
                .containsEntry("version", 4L)
                .hasEntrySatisfying("source", now -> assertThat((Document) now).containsEntry("type", "IMPORT"))
                .containsKey("authorization");
        assertThat(counted.queries()).isEqualTo(before);
    }

    @Test
    void an_event_missing_between_two_of_them_is_read_from_the_ledger() {
        var facts = recorded(
                registered(ada), sourced(ada, SourceType.CRM_SYNC), authorized(ada), sourced(ada, SourceType.IMPORT));
        take(facts.subList(0, 1));

        take(List.of(facts.get(1), facts.get(3)));

        assertThat(stored()).isEqualTo(fold(facts));
    }

    @Test
    void events_missing_before_them_are_read_from_the_ledger() {
        var facts = recorded(
                registered(ada), sourced(ada, SourceType.CRM_SYNC), authorized(ada), sourced(ada, SourceType.IMPORT));
        take(facts.subList(0, 1));

        take(facts.subList(3, 4));

        assertThat(stored()).isEqualTo(fold(facts));
    }

    @Test
    void a_lost_document_is_healed_by_the_next_of_them() {
        var facts = recorded(registered(ada), sourced(ada, SourceType.CRM_SYNC), authorized(ada));
        take(facts.subList(0, 2));
        collection.deleteMany(new Document());

        take(facts.subList(2, 3));

        assertThat(stored()).isEqualTo(fold(facts));
    }

    @Test
    void another_writer_that_was_faster_loses_nothing() {
        var facts = recorded(
                registered(ada), sourced(ada, SourceType.CRM_SYNC), authorized(ada), sourced(ada, SourceType.IMPORT));
        take(facts.subList(0, 1));
        var slow = Batches.begin(people, collection, facts.subList(1, 4));
        facts.subList(1, 4).forEach(slow::fold);

        take(facts.subList(1, 3));
        slow.write();

        assertThat(stored()).isEqualTo(fold(facts));
    }

    @Test
    void a_damaged_missing_event_stops_only_its_person() {
        var bob = PersonId.random();
        var eve = PersonId.random();
        for (var person : List.of(ada, bob, eve)) {
            writer.record(registered(person), authorized(person), sourced(person, SourceType.CRM_SYNC));
        }
        var facts = writer.factsOf(List.of(ada, bob, eve));
        take(List.of(facts.get(0), facts.get(3), facts.get(6)));
        writer.awaitReadModels();
        var unreadable = "{\"personId\":\"%s\",\"authorization\":[17]}";
        try (var adas = writer.damage(ada, unreadable.formatted(ada));
                var bobs = writer.damage(bob, unreadable.formatted(bob))) {
            var fold = Batches.begin(people, collection, List.of(facts.get(2), facts.get(5), facts.get(8)));
            assertThatThrownBy(() -> fold.fold(facts.get(2))).isInstanceOf(RuntimeException.class);
            assertThatThrownBy(() -> fold.fold(facts.get(5))).isInstanceOf(RuntimeException.class);
            fold.fold(facts.get(8));
            fold.write();
        }

        assertThat(stored())
                .isEqualTo(fold(List.of(facts.get(0), facts.get(3), facts.get(6), facts.get(7), facts.get(8))));
    }

    private Bson ofAda() {
        return Filters.eq("_id", ada.toString());
    }

    private List<Recorded<PersonEvent>> recorded(PersonEvent... events) {
        writer.record(events);
        return writer.factsOf(List.of(ada));
    }

    private void take(List<Recorded<PersonEvent>> batch) {
        Batches.take(people, collection, batch);
    }

    private static Map<String, PersonDocument> fold(List<Recorded<PersonEvent>> facts) {
        var documents = new HashMap<String, PersonDocument>();
        facts.forEach(fact -> documents.put(fact.stream(), PersonDocument.evolve(documents.get(fact.stream()), fact)));
        return documents;
    }

    private Map<String, PersonDocument> stored() {
        var documents = new HashMap<String, PersonDocument>();
        for (var document : collection.find()) {
            documents.put(document.getString("_id"), PersonBson.SHAPE.decode(document));
        }
        return documents;
    }

    private static PersonEvent registered(PersonId person) {
        return new PersonRegistered(person, NOWAK, Source.of(SourceType.IMPORT), MONDAY);
    }

    private static PersonEvent authorized(PersonId person) {
        return new AuthorizationSet(person, Authorization.of(AuthorizationType.LEGITIMATE_INTEREST), null, MONDAY);
    }

    private static PersonEvent sourced(PersonId person, SourceType type) {
        return new SourceSet(person, Source.of(type), null, MONDAY);
    }
}
