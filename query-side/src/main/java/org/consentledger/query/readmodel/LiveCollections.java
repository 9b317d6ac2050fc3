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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.bson.Document;
import org.consentledger.foundation.http.HttpProblem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;

/**
 * Which collection of a read model is the live one. The collection {@value #POINTERS} says it, one document for each
 * model, so that a rebuild can fill another one and switch in one step:
 *
 * <pre>{_id: "people", live: "people_7", building: {collection: "people_8", owner: "...", seenAt: 1795500000000}}</pre>
 *
 * <p>After the switch there is {@code before: {collection: "people_7", until: 1795500060000}}, as long as somebody may
 * still read it, and {@code readTo: 4711} until the new one has taken in everything that the old one had.
 */
public final class LiveCollections {

    private static final Logger LOG = LoggerFactory.getLogger(LiveCollections.class);

    static final String POINTERS = "read_models";
    private static final String READ_TO = "readTo";
    private static final String BEFORE = "before";

    /** A rebuild that hasn't been heard of for so long is taken to be dead. */
    private static final Duration SILENCE = Duration.ofSeconds(60);

    private static final Duration MOMENT = Duration.ofMillis(100);

    /**
     * How long after a switch the old collection stays for those who still read it: to count a million takes a while.
     */
    static final Duration GRACE = Duration.ofMinutes(1);

    private final Map<String, CachedCollection> recentlyRead = new ConcurrentHashMap<>();
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
     * The live collection, for an answer to somebody. What was live a moment ago will do, as a collection stays for
     * {@link #GRACE} after the switch; so most answers cost one query, not two.
     *
     * @throws HttpProblem if the model is being built for the first time
     */
    public MongoCollection<Document> readable(String model) {
        var known = recentlyRead.get(model);
        if (known != null && System.nanoTime() - known.at < MOMENT.toNanos()) {
            return known.collection;
        }
        var collection = live(model).orElseThrow(LiveCollections::notReady);
        recentlyRead.put(model, new CachedCollection(collection, System.nanoTime()));
        return collection;
    }

    private static HttpProblem notReady() {
        return new HttpProblem(
                HttpStatus.SERVICE_UNAVAILABLE,
                "read-model-not-ready",
                "The read model is being built from the events.",
                Duration.ofSeconds(1));
    }

    private record CachedCollection(MongoCollection<Document> collection, long at) {}

    /**
     * The live collection, and up to where it is whole: as far as the tail had read before this was called, unless a
     * rebuild has yet to bring it that far.
     *
     * @throws HttpProblem if the model is being built for the first time
     */
    StableCollection whole(String model, long readByTail) {
        var pointer = pointer(model);
        var live = Optional.ofNullable(pointer.getString("live")).orElseThrow(LiveCollections::notReady);
        var upTo = pointer.containsKey(READ_TO) ? Math.min(readByTail, Bson.number(pointer, READ_TO)) : readByTail;
        return new StableCollection(database.getCollection(live), upTo);
    }

    /**
     * A live collection as one finds it who must not miss anything.
     *
     * @param upTo the position up to which nothing will come in any more
     */
    public record StableCollection(MongoCollection<Document> collection, long upTo) {}

    Optional<String> liveName(String model) {
        return Optional.ofNullable(pointer(model).getString("live"));
    }

    private Document pointer(String model) {
        return Objects.requireNonNullElseGet(
                pointers.find(Filters.eq("_id", model)).first(), Document::new);
    }

    boolean isBuilding(String model) {
        return pointer(model).containsKey("building");
    }

    /** Whether there is a live collection that has taken in all that the one before it had. */
    boolean isComplete(String model) {
        var pointer = pointer(model);
        return pointer.containsKey("live") && !pointer.containsKey(READ_TO);
    }

    /** Forgets a live collection that somebody has dropped, so that it is built anew. */
    void forgetIfDropped(String model) {
        liveName(model)
                .filter(live -> !collectionNames().contains(live))
                .ifPresent(live -> pointers.updateOne(
                        Filters.and(Filters.eq("_id", model), Filters.eq("live", live)), Updates.unset("live")));
    }

    /**
     * Claims the right to rebuild a model, and drops what rebuilds before have left.
     *
     * @return the new, empty collection; none if another rebuild is under way
     */
    synchronized Optional<MongoCollection<Document>> claim(String model, String owner) {
        var next = model + "_" + (highestNumber(model) + 1);
        if (!claim(model, owner, next)) {
            return Optional.empty();
        }
        leftovers(model).forEach(this::drop);
        return Optional.of(database.getCollection(next));
    }

    /**
     * Claims the right to read on for a model in whose live collection something is missing, since the rebuild that
     * made it live has died before it came to the head of the ledger.
     *
     * @return that collection, and how far it was read; none if nothing is missing, or somebody is at it already
     */
    Optional<Unfinished> claimUnfinished(String model, String owner) {
        var live = liveName(model);
        if (live.isEmpty() || isComplete(model) || !claim(model, owner, live.get())) {
            return Optional.empty();
        }
        var claimed = pointer(model);
        if (!claimed.containsKey(READ_TO) || !live.get().equals(claimed.getString("live"))) {
            release(model, owner);
            return Optional.empty();
        }
        return Optional.of(new Unfinished(database.getCollection(live.get()), Bson.number(claimed, READ_TO)));
    }

    /**
     * A live collection with something missing.
     *
     * @param readTo the position up to which nothing is
     */
    record Unfinished(MongoCollection<Document> collection, long readTo) {}

    /**
     * Drops what rebuilds have left, unless one is under way. No erasure reaches what lies there, so it must not stay
     * until somebody happens to rebuild again. Whoever wants to rebuild meanwhile waits, instead of being told that
     * another rebuild is under way.
     */
    synchronized void dropLeftovers(String model) {
        if (!leftovers(model).isEmpty()) {
            var owner = UUID.randomUUID().toString();
            claim(model, owner).ifPresent(unused -> release(model, owner));
        }
    }

    /** Collections of a model that nobody reads, writes or builds. */
    private List<String> leftovers(String model) {
        var names = collectionNames();
        var pointer = pointer(model);
        var needed = new HashSet<>(Arrays.asList(
                pointer.getString("live"), within(pointer, "building").getString("collection")));
        var before = within(pointer, BEFORE);
        if (!before.isEmpty() && Bson.number(before, "until") > clock.millis()) {
            needed.add(before.getString("collection"));
        }
        return names.stream()
                .filter(name -> numberOf(model, name) > 0 && !needed.contains(name))
                .toList();
    }

    private static Document within(Document pointer, String field) {
        return pointer.get(field, new Document());
    }

    private boolean claim(String model, String owner, String collection) {
        var now = clock.millis();
        var free = Filters.and(
                Filters.eq("_id", model),
                Filters.or(Filters.exists("building", false), Filters.lt("building.seenAt", now - SILENCE.toMillis())));
        var building =
                new Document("collection", collection).append("owner", owner).append("seenAt", now);
        try {
            pointers.updateOne(free, Updates.set("building", building), new UpdateOptions().upsert(true));
            return true;
        } catch (MongoWriteException e) {
            if (e.getCode() == 11000) {
                return false;
            }
            throw e;
        }
    }

    /**
     * Says that a rebuild is alive.
     *
     * @throws ClaimLostException if it was taken for dead, and another one goes on in its place
     */
    void heartbeat(String model, String owner) {
        update(model, owner, Updates.set("building.seenAt", clock.millis()));
    }

    /**
     * Makes the collection that was built the live one.
     *
     * @param readTo the position up to which it was read; what the one before it has beyond is still missing
     */
    void switchTo(String model, String owner, String collection, long readTo) {
        var switched = new ArrayList<org.bson.conversions.Bson>();
        switched.add(Updates.set("live", collection));
        switched.add(Updates.set(READ_TO, readTo));
        liveName(model)
                .ifPresent(before -> switched.add(Updates.set(
                        BEFORE,
                        new Document("collection", before).append("until", clock.millis() + GRACE.toMillis()))));
        update(model, owner, Updates.combine(switched));
    }

    /** Notes that nothing is missing in the live collection any more. */
    void finish(String model, String owner) {
        update(model, owner, Updates.unset(READ_TO));
    }

    /** Ends a rebuild, successful or not. */
    void release(String model, String owner) {
        pointers.updateOne(owned(model, owner), Updates.unset("building"));
    }

    /** Drops a collection that nobody needs any more; should that fail, it is tried again. */
    private void drop(String collection) {
        try {
            database.getCollection(collection).drop();
        } catch (MongoException e) {
            LOG.warn("{} is not needed any more but could not be dropped yet", collection);
        }
    }

    private void update(String model, String owner, org.bson.conversions.Bson update) {
        if (pointers.updateOne(owned(model, owner), update).getMatchedCount() == 0) {
            throw new ClaimLostException(model);
        }
    }

    private static org.bson.conversions.Bson owned(String model, String owner) {
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
