package org.consentledger.query.readmodel;

import com.mongodb.MongoException;
import com.mongodb.MongoWriteException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.consentledger.foundation.http.HttpProblem;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;

/**
 * Which collection of a read model is the live one. The collection {@value #POINTERS} says it, one document for each
 * model, so that a rebuild can fill another one and switch in one step:
 *
 * <pre>{_id: "people", live: "people_7", building: {collection: "people_8", owner: "...", seenAt: 1795500000000}}</pre>
 */
public final class LiveCollections {

    private static final Logger LOG = LoggerFactory.getLogger(LiveCollections.class);

    static final String POINTERS = "read_models";

    /** A rebuild that hasn't been heard of for so long is taken to be dead. */
    private static final Duration SILENCE = Duration.ofSeconds(60);

    private static final Duration MOMENT = Duration.ofMillis(100);

    /** How long after a switch the old collection must stay for those who still read it. */
    static final Duration GRACE = Duration.ofMillis(400);

    private final Map<String, Known> recentlyRead = new ConcurrentHashMap<>();
    private final MongoDatabase database;
    private final MongoCollection<Document> pointers;
    private final Clock clock;

    LiveCollections(MongoDatabase database, Clock clock) {
        this.database = database;
        this.clock = clock;
        pointers = database.getCollection(POINTERS);
    }

    /** The collection that readers read and the tail writes; none before the first build is through. */
    public Optional<MongoCollection<Document>> live(String model) {
        return liveName(model).map(database::getCollection);
    }

    /**
     * The live collection, for an answer to somebody. What was live a moment ago will do, as a collection is dropped
     * only {@link #GRACE} after the switch; so most answers cost one query, not two.
     *
     * @throws HttpProblem if the model is being built for the first time
     */
    public MongoCollection<Document> readable(String model) {
        var known = recentlyRead.get(model);
        if (known != null && System.nanoTime() - known.at < MOMENT.toNanos()) {
            return known.collection;
        }
        var collection = live(model)
                .orElseThrow(() -> new HttpProblem(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "read-model-not-ready",
                        "The read model is being built from the events.",
                        Duration.ofSeconds(1)));
        recentlyRead.put(model, new Known(collection, System.nanoTime()));
        return collection;
    }

    private record Known(MongoCollection<Document> collection, long at) {}

    Optional<String> liveName(String model) {
        return Optional.ofNullable(pointers.find(Filters.eq("_id", model)).first())
                .map(pointer -> pointer.getString("live"));
    }

    boolean isBuilding(String model) {
        return pointers.find(Filters.and(Filters.eq("_id", model), Filters.exists("building")))
                        .first()
                != null;
    }

    /** Forgets a live collection that somebody has dropped, so that it is built anew. */
    void forgetIfDropped(String model) {
        liveName(model)
                .filter(live -> !collectionNames().contains(live))
                .ifPresent(live -> pointers.updateOne(
                        Filters.and(Filters.eq("_id", model), Filters.eq("live", live)), Updates.unset("live")));
    }

    /**
     * Claims the right to rebuild a model, and drops what rebuilds that died have left.
     *
     * @return the new, empty collection; none if another rebuild is under way
     */
    Optional<MongoCollection<Document>> claim(String model, String owner) {
        var now = clock.millis();
        var free = Filters.and(
                Filters.eq("_id", model),
                Filters.or(Filters.exists("building", false), Filters.lt("building.seenAt", now - SILENCE.toMillis())));
        var next = model + "_" + (highestNumber(model) + 1);
        var building = new Document("collection", next).append("owner", owner).append("seenAt", now);
        try {
            pointers.updateOne(free, Updates.set("building", building), new UpdateOptions().upsert(true));
        } catch (MongoWriteException e) {
            if (e.getCode() == 11000) {
                return Optional.empty();
            }
            throw e;
        }
        var live = liveName(model).orElse(null);
        for (var name : collectionNames()) {
            if (numberOf(model, name) > 0 && !name.equals(live) && !name.equals(next)) {
                drop(name);
            }
        }
        return Optional.of(database.getCollection(next));
    }

    /**
     * Says that a rebuild is alive.
     *
     * @throws ClaimLostException if it was taken for dead, and another one goes on in its place
     */
    void stillBuilding(String model, String owner) {
        update(model, owner, Updates.set("building.seenAt", clock.millis()));
    }

    /**
     * Makes the collection that was built the live one.
     *
     * @return the one that was live before, if any
     */
    @Nullable
    String switchTo(String model, String owner, String collection) {
        var before = liveName(model).orElse(null);
        update(model, owner, Updates.set("live", collection));
        return before;
    }

    /** Ends a rebuild, successful or not. */
    void release(String model, String owner) {
        pointers.updateOne(owned(model, owner), Updates.unset("building"));
    }

    /** Drops a collection that nobody needs any more; should that fail, the next rebuild tries again. */
    void drop(String collection) {
        try {
            database.getCollection(collection).drop();
        } catch (MongoException e) {
            LOG.warn("{} is not needed any more but could not be dropped yet", collection);
        }
    }

    private void update(String model, String owner, Bson update) {
        if (pointers.updateOne(owned(model, owner), update).getMatchedCount() == 0) {
            throw new ClaimLostException(model);
        }
    }

    private static Bson owned(String model, String owner) {
        return Filters.and(Filters.eq("_id", model), Filters.eq("building.owner", owner));
    }

    private long highestNumber(String model) {
        var highest = liveName(model).map(live -> numberOf(model, live)).orElse(0L);
        for (var name : collectionNames()) {
            highest = Math.max(highest, numberOf(model, name));
        }
        return highest;
    }

    /** The 7 of {@code people_7}; 0 for the name of anything else. */
    private static long numberOf(String model, String collection) {
        var matcher = Pattern.compile(Pattern.quote(model) + "_(\\d{1,15})").matcher(collection);
        return matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
    }

    private Set<String> collectionNames() {
        return database.listCollectionNames().into(new HashSet<>());
    }

    /** Another rebuild of the same model took over. */
    static final class ClaimLostException extends RuntimeException {
        ClaimLostException(String model) {
            super("Another rebuild of " + model + " took over");
        }
    }
}
