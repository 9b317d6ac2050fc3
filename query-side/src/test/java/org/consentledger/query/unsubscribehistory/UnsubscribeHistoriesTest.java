package org.consentledger.query.unsubscribehistory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.consentledger.query.readmodel.RecordedEvents.EVIDENCE;
import static org.consentledger.query.readmodel.RecordedEvents.MONDAY;
import static org.consentledger.query.readmodel.RecordedEvents.NOWAK;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.bson.Document;
import org.consentledger.kernel.person.Authorization;
import org.consentledger.kernel.person.AuthorizationType;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonEvent.AuthorizationSet;
import org.consentledger.kernel.person.PersonEvent.PersonExported;
import org.consentledger.kernel.person.PersonEvent.PersonRegistered;
import org.consentledger.kernel.person.PersonEvent.ResubscribeApproved;
import org.consentledger.kernel.person.PersonEvent.Unsubscribed;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.SourceType;
import org.consentledger.kernel.person.UnsubscribeCause;
import org.consentledger.query.readmodel.CountedLedger;
import org.consentledger.query.readmodel.LiveCollections;
import org.consentledger.query.readmodel.ReadModel;
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

/** A history is written only when it shows something new, and misses nothing for that. */
@QuerySideTest
class UnsubscribeHistoriesTest {

    @Autowired
    private Writer writer;

    @Autowired
    private CountedLedger counted;

    @Autowired
    private LiveCollections collections;

    @Autowired
    private UnsubscribeHistoryProjection histories;

    @Autowired
    private MongoTemplate mongo;

    private MongoCollection<Document> collection;

    @BeforeEach
    void an_empty_collection() {
        collection = mongo.getCollection("histories_beside_the_live_ones");
        collection.drop();
        histories.createIndexes(collection);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void the_documents_of_the_live_projection_and_the_responses_are_the_fold(long seed) {
        var facts = new RandomLedger(writer, 10_000 + seed).lives();
        writer.awaitReadModels();
        var live = writer.dump("unsubscribe_history");
        var folded = fold(facts);

        facts.stream().map(Recorded::stream).distinct().forEach(person -> {
            var history = folded.get(person);
            var stored = live.get(person);
            assertThat(stored == null ? null : HistoryBson.SHAPE.decode(stored)).isEqualTo(history);
            var id = PersonId.of(person);
            var shown = history == null ? UnsubscribeHistory.blank(id) : history;
            assertThat(histories.find(id)).contains(shown.asOf(writer.versionOf(id)));
        });
    }

    @Test
    void ignored_events_are_not_written() {
        var ada = PersonId.random();
        writer.record(registered(ada), authorized(ada), optedOut(ada), exported(ada), optedIn(ada));
        var facts = writer.factsOf(List.of(ada));

        take(histories, facts.subList(0, 2));
        assertThat(stored()).isEmpty();

        take(histories, facts.subList(2, 3));
        collection.updateOne(Filters.eq("_id", ada.toString()), Updates.set("untouched", true));
        take(histories, facts.subList(3, 4));
        assertThat(collection.find().first()).containsEntry("untouched", true).containsEntry("version", 3L);

        take(histories, facts.subList(4, 5));
        assertThat(collection.find().first()).doesNotContainKey("untouched").containsEntry("version", 5L);
    }

    @Test
    void an_opt_out_after_many_ignored_events_is_written() {
        var ada = PersonId.random();
        writer.record(registered(ada));
        for (int i = 0; i < 60; i++) {
            writer.record(authorized(ada));
        }
        writer.record(optedOut(ada));
        var facts = writer.factsOf(List.of(ada));
        take(histories, facts.subList(0, 1));

        take(histories, facts.subList(61, 62));

        assertThat(stored()).isEqualTo(fold(facts)).containsOnlyKeys(ada.toString());
        assertThat(stored().get(ada.toString()).version()).isEqualTo(62);
    }

    @Test
    void opt_outs_of_many_people_in_one_batch_need_one_query_to_the_ledger() {
        var people = Stream.generate(PersonId::random).limit(40).toList();
        people.forEach(person -> writer.record(registered(person)));
        people.forEach(person -> writer.record(authorized(person)));
        people.forEach(person -> writer.record(optedOut(person)));
        var facts = writer.factsOf(people);
        var counting = new UnsubscribeHistoryProjection(counted.ledger(), collections);
        take(counting, facts.subList(0, 40));
        take(counting, facts.subList(40, 80));
        var before = counted.queries();

        take(counting, facts.subList(80, 120));

        assertThat(counted.queries() - before).isEqualTo(1);
        assertThat(stored()).isEqualTo(fold(facts)).hasSize(40);
    }

    @Test
    void a_registration_and_an_opt_out_in_one_batch_need_no_query() {
        var people = Stream.generate(PersonId::random).limit(20).toList();
        people.forEach(person -> writer.record(registered(person), authorized(person), optedOut(person)));
        var facts = writer.factsOf(people);
        var before = counted.queries();

        take(new UnsubscribeHistoryProjection(counted.ledger(), collections), facts);

        assertThat(counted.queries()).isEqualTo(before);
        assertThat(stored()).isEqualTo(fold(facts)).hasSize(20);
    }

    @Test
    void a_damaged_missing_event_stops_only_its_person() {
        var ada = PersonId.random();
        var eve = PersonId.random();
        writer.record(registered(ada), optedOut(ada), optedIn(ada));
        writer.record(registered(eve), optedOut(eve), optedIn(eve));
        var facts = writer.factsOf(List.of(ada, eve));
        writer.awaitReadModels();
        try (var damage = writer.damage(ada, "{\"personId\":\"%s\",\"cause\":[17]}".formatted(ada))) {
            var batch = List.of(facts.get(2), facts.get(5));
            var fold = Batches.begin(histories, collection, batch);
            assertThatThrownBy(() -> fold.fold(facts.get(2))).isInstanceOf(RuntimeException.class);
            fold.fold(facts.get(5));
            fold.write();
        }

        assertThat(stored()).isEqualTo(fold(facts.subList(3, 6)));
    }

    private void take(ReadModel model, List<Recorded<PersonEvent>> batch) {
        Batches.take(model, collection, batch);
    }

    /** Returns the folds of all events, of the people with a history to show. */
    private static Map<String, UnsubscribeHistory> fold(List<Recorded<PersonEvent>> facts) {
        var histories = new HashMap<String, UnsubscribeHistory>();
        facts.forEach(
                fact -> histories.put(fact.stream(), HistoryBson.SHAPE.evolve(histories.get(fact.stream()), fact)));
        histories.values().removeIf(history -> history.version() == 0);
        return histories;
    }

    private Map<String, UnsubscribeHistory> stored() {
        var histories = new HashMap<String, UnsubscribeHistory>();
        for (var document : collection.find()) {
            histories.put(document.getString("_id"), HistoryBson.SHAPE.decode(document));
        }
        return histories;
    }

    private static PersonEvent registered(PersonId person) {
        return new PersonRegistered(person, NOWAK, Source.of(SourceType.IMPORT), MONDAY);
    }

    private static PersonEvent authorized(PersonId person) {
        return new AuthorizationSet(person, Authorization.of(AuthorizationType.LEGITIMATE_INTEREST), null, MONDAY);
    }

    private static PersonEvent exported(PersonId person) {
        return new PersonExported(person, UUID.randomUUID(), MONDAY);
    }

    private static PersonEvent optedOut(PersonId person) {
        return new Unsubscribed(person, UnsubscribeCause.REQUESTED, null, "too much", List.of(), MONDAY);
    }

    private static PersonEvent optedIn(PersonId person) {
        return new ResubscribeApproved(person, EVIDENCE, "letter seen", List.of(), MONDAY);
    }
}
