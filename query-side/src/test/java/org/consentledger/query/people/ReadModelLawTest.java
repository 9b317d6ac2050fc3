package org.consentledger.query.people;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoDatabase;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.axonframework.config.Configuration;
import org.axonframework.eventhandling.DomainEventMessage;
import org.bson.Document;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.query.readmodel.Ledger;
import org.consentledger.query.readmodel.LiveBatches;
import org.consentledger.query.readmodel.ReadModel;
import org.consentledger.query.readmodel.Rebuilding;
import org.consentledger.query.testing.QuerySideTest;
import org.consentledger.query.testing.RandomLedger;
import org.consentledger.query.testing.Writer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.data.mongodb.MongoDatabaseFactory;
import org.springframework.data.mongodb.core.MongoTemplate;

/**
 * The law of the read side, over random histories with erasures: what the tail made of the events while they came, in
 * whatever batches, what a rebuild makes of them, what a look at the past as of now makes of them, and their fold are
 * all the same.
 *
 * <p>It comes first, while the ledger that all tests share is small: it rebuilds and compares all that is in it.
 */
@Order(1)
@QuerySideTest
class ReadModelLawTest {

    @Autowired
    private Writer writer;

    @Autowired
    private PeopleProjection people;

    @Autowired
    private Ledger ledger;

    @Autowired
    private Rebuilding rebuilding;

    @Autowired
    private MongoTemplate mongo;

    @Autowired
    private MongoDatabaseFactory factory;

    @Autowired
    private List<ReadModel> models;

    @Autowired
    private Configuration axon;

    private static final boolean FULL = Boolean.getBoolean("ledger.tests.full");

    static LongStream firstSeeds() {
        return LongStream.of(1_000, 1_010, 1_020, 1_030).limit(FULL ? 4 : 2);
    }

    static LongStream seeds() {
        return LongStream.of(1, 2, 3).limit(FULL ? 3 : 1);
    }

    /** Small histories, so that a failing seed leaves little to look through; ten share a rebuild, which is slow. */
    @ParameterizedTest
    @MethodSource("firstSeeds")
    void tail_and_rebuild_and_past_and_fold_agree_on_ten_small_histories_from(long firstSeed) {
        var lives = LongStream.range(firstSeed, firstSeed + 10)
                .mapToObj(seed -> new RandomLedger(writer, seed))
                .toList();
        lives.forEach(life -> life.play(25));
        writer.awaitReadModels();

        lives.forEach(this::assertFoldedAsTheyAre);
        var tailed = dumpAll();
        rebuilding.rebuildAll();
        assertThat(dumpAll()).isEqualTo(tailed);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void tail_and_rebuild_and_past_and_fold_agree(long seed) {
        var life = new RandomLedger(writer, seed);
        life.play(120);
        writer.awaitReadModels();

        assertFoldedAsTheyAre(life);
        var tailed = dumpAll();
        rebuilding.rebuildAll();
        assertThat(dumpAll()).isEqualTo(tailed);

        life.play(40);
        writer.awaitReadModels();
        var tailedOn = dumpAll();
        redeliverEverything();
        assertThat(dumpAll()).isEqualTo(tailedOn);
        rebuilding.rebuildAll();
        assertThat(dumpAll()).isEqualTo(tailedOn);
        assertThat(mongo.getCollection("dead_letters").countDocuments()).isZero();
    }

    static LongStream batchSeeds() {
        return LongStream.rangeClosed(1, FULL ? 40 : 12);
    }

    /**
     * Some batches never come, some come again after a restart, and documents are lost or restored from a backup. The
     * next event of the same person mends all of it.
     */
    @ParameterizedTest
    @MethodSource("batchSeeds")
    void any_batches_end_in_the_documents_of_a_rebuild(long seed) {
        var life = new RandomLedger(writer, 18_000 + seed);
        life.play(120);
        assertThat(partialUpdatesInBatches("people", life, new Random(seed))).isPositive();
        assertThat(partialUpdatesInBatches("unsubscribe_history", life, new Random(seed)))
                .isZero();
    }

    /** Returns how many documents the batches only set. */
    private int partialUpdatesInBatches(String model, RandomLedger life, Random random) {
        var live = liveBatches(model, "law");
        var all = writer.messagesOf(life.people());
        var messages = live.handled(all);
        var partialUpdates = 0;
        for (int from = 0, to; from < messages.size(); from = to) {
            to = Math.min(messages.size(), from + 1 + random.nextInt(25));
            var batch = messages.subList(from, to);
            partialUpdates += LiveBatches.partialUpdates(batch, PersonBson.SHAPE);
            switch (random.nextInt(8)) {
                case 0 -> {} // never comes
                case 1 -> live.take(messages.subList(random.nextInt(from + 1), to));
                case 2 -> {
                    live.take(batch);
                    live.collection.deleteOne(ofSomeone(messages.subList(0, to), random));
                }
                case 3 -> {
                    var backup = live.dump();
                    live.take(batch);
                    backup.forEach((id, document) -> live.collection.replaceOne(new Document("_id", id), document));
                }
                default -> live.take(batch);
            }
        }
        var last = new LinkedHashMap<String, DomainEventMessage<?>>();
        messages.forEach(message -> last.put(message.getAggregateIdentifier(), message));
        last.values().forEach(message -> live.take(List.of(message)));

        var rebuilt = liveBatches(model, "law_rebuilt");
        rebuilt.rebuild(all);
        assertThat(live.dump()).as(life::toString).isNotEmpty().isEqualTo(rebuilt.dump());
        return partialUpdates;
    }

    private LiveBatches liveBatches(String model, String database) {
        var named = models.stream().filter(one -> one.name().equals(model)).findAny();
        return new LiveBatches(named.orElseThrow(), factory.getMongoDatabase(database));
    }

    private static Document ofSomeone(List<DomainEventMessage<?>> messages, Random random) {
        return new Document("_id", messages.get(random.nextInt(messages.size())).getAggregateIdentifier());
    }

    private void assertFoldedAsTheyAre(RandomLedger life) {
        assertThat(life.people()).isNotEmpty();
        for (var person : life.people()) {
            assertThat(people.find(person)).as(life::toString).contains(fold(person));
            assertThat(people.asOf(person, Instant.now())).as(life::toString).contains(fold(person));
        }
    }

    private PersonDocument fold(PersonId person) {
        var document = new PersonDocument[1];
        ledger.history(person, 0, fact -> document[0] = PersonDocument.evolve(document[0], fact));
        return document[0];
    }

    private void redeliverEverything() {
        var processors = axon.eventProcessingConfiguration().eventProcessors();
        processors.values().forEach(processor -> processor.shutDown());
        MongoDatabase database = mongo.getDb();
        database.getCollection("tokens").deleteMany(new Document());
        processors.values().forEach(processor -> processor.start());
        writer.awaitReadModels();
    }

    private Map<String, Map<String, Document>> dumpAll() {
        var all = new HashMap<String, Map<String, Document>>();
        Writer.MODELS.forEach(model -> all.put(model, writer.dump(model)));
        return all;
    }
}
