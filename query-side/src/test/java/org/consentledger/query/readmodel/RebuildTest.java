package org.consentledger.query.readmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.consentledger.query.readmodel.RecordedEvents.MONDAY;
import static org.consentledger.query.readmodel.RecordedEvents.NOWAK;

import com.mongodb.client.MongoCollection;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.Document;
import org.consentledger.foundation.store.LedgerEngine;
import org.consentledger.kernel.person.PersonEvent.PersonRegistered;
import org.consentledger.kernel.person.PersonEvent.Unsubscribed;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.SourceType;
import org.consentledger.kernel.person.UnsubscribeCause;
import org.consentledger.query.testing.Api;
import org.consentledger.query.testing.QuerySideTest;
import org.consentledger.query.testing.RandomLedger;
import org.consentledger.query.testing.Writer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.data.mongodb.core.MongoTemplate;

@QuerySideTest
@ExtendWith(OutputCaptureExtension.class)
class RebuildTest {

    @Autowired
    private Writer writer;

    @Autowired
    private Api api;

    @Autowired
    private ReadModels models;

    @Autowired
    private LiveCollections collections;

    @Autowired
    private LedgerEngine engine;

    @Autowired
    private Rebuilding rebuilding;

    @Autowired
    private MongoTemplate mongo;

    @Test
    void includes_events_that_are_recorded_meanwhile() throws Exception {
        var going = new AtomicBoolean(true);
        var writing = Thread.ofVirtual().start(() -> {
            var life = new RandomLedger(writer, 4711);
            while (going.get()) {
                life.play(5);
            }
        });
        for (int i = 0; i < 3; i++) {
            rebuilding.rebuildAll();
        }
        going.set(false);
        writing.join();
        writer.awaitReadModels();
        var kept = Writer.MODELS.stream().map(writer::dump).toList();

        rebuilding.rebuildAll();

        assertThat(Writer.MODELS.stream().map(writer::dump).toList()).isEqualTo(kept);
    }

    @Test
    void that_takes_long_prints_its_progress(CapturedOutput output) {
        writer.record(new PersonRegistered(PersonId.random(), NOWAK, Source.of(SourceType.IMPORT), MONDAY));
        writer.awaitReadModels();
        var seconds = new AtomicInteger();
        var slow = new Rebuild(
                engine,
                collections,
                models::deadLettersOf,
                1,
                () -> false,
                () -> Duration.ofSeconds(seconds.addAndGet(5)).toNanos());

        slow.run(slow.claim(List.of(models.named("people").orElseThrow())));

        assertThat(output.getOut())
                .containsPattern("Rebuilding \\[people\\] \\[#*\\.*\\] \\d+ %, .* events/s, .* left");
    }

    @Test
    void that_is_killed_keeps_the_old_collection_and_its_own_is_dropped_automatically() {
        for (int i = 0; i < 3; i++) {
            writer.record(new PersonRegistered(PersonId.random(), NOWAK, Source.of(SourceType.IMPORT), MONDAY));
        }
        writer.awaitReadModels();
        var people = models.named("people").orElseThrow();
        var live = writer.live("people");
        var pages = new AtomicInteger();
        var dying = new Rebuild(
                engine, collections, models::deadLettersOf, 1, () -> pages.incrementAndGet() > 2, System::nanoTime);
        var claimed = dying.claim(List.of(people));
        var half = claimed.getFirst().collection().getNamespace().getCollectionName();

        assertThat(models.rebuild(people))
                .as("a second rebuild at the same time")
                .isFalse();
        assertThatThrownBy(() -> dying.run(claimed)).isInstanceOf(Rebuild.StoppedException.class);

        assertThat(writer.live("people")).isEqualTo(live);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> !mongo.getCollectionNames().contains(half));
        assertThat(writer.live("people")).isEqualTo(live);
    }

    /** An old collection is dropped, as erasures don't reach it, but not at once: a query may still read it. */
    @Test
    void keeps_the_old_collection_for_its_readers_for_a_minute() {
        writer.awaitReadModels();
        var before = writer.live("people");
        rebuilding.rebuildAll();

        collections.dropLeftovers("people");
        assertThat(mongo.getCollectionNames()).contains(before, writer.live("people"));

        new LiveCollections(mongo.getDb(), Clock.offset(Clock.systemUTC(), Duration.ofSeconds(61)))
                .dropLeftovers("people");
        assertThat(mongo.getCollectionNames()).contains(writer.live("people")).doesNotContain(before);
    }

    @Test
    void that_dies_right_after_its_switch_is_finished_by_another_process() {
        var ada = PersonId.random();
        writer.record(new PersonRegistered(ada, NOWAK, Source.of(SourceType.IMPORT), MONDAY));
        writer.awaitReadModels();
        var readTo = engine.headPosition();
        writer.record(new Unsubscribed(ada, UnsubscribeCause.REQUESTED, null, "too much", List.of(), MONDAY));
        writer.awaitReadModels();
        var kept = writer.dump("unsubscribe_history");
        assertThat(kept).containsKey(ada.toString());

        var switched =
                collections.claim("unsubscribe_history", "a rebuild that dies").orElseThrow();
        kept.forEach((person, history) -> {
            if (!person.equals(ada.toString())) {
                switched.insertOne(history);
            }
        });
        collections.switchTo(
                "unsubscribe_history",
                "a rebuild that dies",
                switched.getNamespace().getCollectionName(),
                readTo);
        assertThat(collections.isComplete("unsubscribe_history")).isFalse();
        collections.release("unsubscribe_history", "a rebuild that dies");

        await().atMost(Duration.ofSeconds(30)).until(() -> collections.isComplete("unsubscribe_history"));
        assertThat(writer.live("unsubscribe_history"))
                .isEqualTo(switched.getNamespace().getCollectionName());
        assertThat(writer.dump("unsubscribe_history")).isEqualTo(kept);
    }

    /** The first page of many, which is written while others are folded, and the last, after which none is. */
    @ParameterizedTest
    @ValueSource(ints = {1, 100_000})
    void that_can_not_write_a_page_fails_and_keeps_the_old_collection(int factsInPage) {
        for (int i = 0; i < 4; i++) {
            writer.record(new PersonRegistered(PersonId.random(), NOWAK, Source.of(SourceType.IMPORT), MONDAY));
        }
        writer.awaitReadModels();
        var live = writer.live("people");
        var people = new FullForOnce(models.named("people").orElseThrow());
        var failing =
                new Rebuild(engine, collections, models::deadLettersOf, factsInPage, () -> false, System::nanoTime);
        var claimed = failing.claim(List.of(people));

        assertThatThrownBy(() -> failing.run(claimed)).hasMessage("no space left on device");

        assertThat(writer.live("people")).isEqualTo(live);
    }

    @Test
    void without_a_heartbeat_loses_its_claim() {
        writer.awaitReadModels();
        var people = models.named("people").orElseThrow();
        var silent = new Rebuild(engine, collections, models::deadLettersOf, 1000, () -> false, System::nanoTime);
        var claimed = silent.claim(List.of(people));
        mongo.getCollection("read_models")
                .updateOne(new Document("_id", "people"), new Document("$set", new Document("building.seenAt", 1L)));

        rebuilding.rebuildAll();

        assertThatThrownBy(() -> silent.run(claimed)).isInstanceOf(LiveCollections.ClaimLostException.class);
        assertThat(writer.dump("people")).isNotEmpty();
    }

    @Test
    void is_started_over_http_by_admins_only() {
        writer.awaitReadModels();

        assertThat(api.post("olga.operator", "/api/read-models/people/rebuilds", "")
                        .status())
                .isEqualTo(403);
        assertThat(api.post("anna.admin", "/api/read-models/nothing/rebuilds", "")
                        .problem())
                .isEqualTo("unknown-read-model");
        assertThat(api.post("anna.admin", "/api/read-models/report_daily/rebuilds", "")
                        .status())
                .isEqualTo(202);
        writer.awaitReadModels();
        var line = api.get("ralf.analyst", "/api/read-models").json().at("/readModels/0");
        assertThat(line.get("collection").asString())
                .startsWith(line.get("name").asString());
        assertThat(line.get("lag").asLong()).isZero();
    }

    @Test
    void is_not_started_if_no_response_type_is_acceptable() {
        writer.awaitReadModels();
        var before = writer.live("report_daily");

        assertThat(api.post("anna.admin", "/api/read-models/report_daily/rebuilds", "", "text/html")
                        .status())
                .isEqualTo(406);

        writer.awaitReadModels();
        assertThat(writer.live("report_daily")).isEqualTo(before);
    }

    @Test
    void after_the_loss_of_mongodb_starts_automatically_and_the_live_projection_continues() {
        var life = new RandomLedger(writer, 7);
        life.play(30);
        writer.awaitReadModels();
        var before = writer.dump("people");

        mongo.getDb().drop();

        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .until(() -> writer.dump("people").equals(before));
        life.play(30);
        writer.awaitReadModels();
        assertThat(writer.dump("people")).containsKey(life.people().getLast().toString());
    }

    @Test
    void is_finished_before_readiness_is_reported() {
        writer.awaitReadModels();

        var health = api.get(null, "/actuator/health/readiness");

        assertThat(health.status()).as(health.text()).isEqualTo(200);
        assertThat(health.json().get("status").asString()).isEqualTo("UP");
    }

    /** A model whose first page meets a full disk. */
    private record FullForOnce(ReadModel model, AtomicInteger writes) implements ReadModel {

        FullForOnce(ReadModel model) {
            this(model, new AtomicInteger());
        }

        @Override
        public String name() {
            return model.name();
        }

        @Override
        public void createIndexes(MongoCollection<Document> collection) {
            model.createIndexes(collection);
        }

        @Override
        public Fold begin(MongoCollection<Document> collection, Collection<EventHeader> ahead) {
            var fold = model.begin(collection, ahead);
            return new Fold() {

                @Override
                public void fold(Recorded<?> recorded) {
                    fold.fold(recorded);
                }

                @Override
                public void write() {
                    if (writes.incrementAndGet() == 1) {
                        throw new IllegalStateException("no space left on device");
                    }
                    fold.write();
                }
            };
        }
    }
}
