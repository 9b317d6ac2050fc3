package org.consentledger.query.people;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoDatabase;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.LongStream;
import org.axonframework.config.Configuration;
import org.bson.Document;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.query.readmodel.Ledger;
import org.consentledger.query.readmodel.Rebuilding;
import org.consentledger.query.testing.QuerySideTest;
import org.consentledger.query.testing.RandomLedger;
import org.consentledger.query.testing.Writer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.data.mongodb.core.MongoTemplate;

/**
 * The law of the read side, over random histories with erasures: what the tail made of the events while they came, what
 * a rebuild makes of them, what a look at the past as of now makes of them, and their fold are all the same.
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
