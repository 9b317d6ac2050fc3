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
 * Knows which collection of a read model is live, so that a rebuild can fill another collection and switch in one step.
 * The collection {@value #POINTERS} has one document per model:
 *
 * <pre>{@code
 * {_id: "people", live: "people_7", building: {collection: "people_8", owner: "...", seenAt: 1795500000000}}
 * }</pre>
 *
 * <p>The life of a rebuild, in updates of that document:
 *
 * <ol>
 *   <li>{@code claim} sets {@code building}, unless another rebuild has given a heartbeat within
 *       {@link #CLAIM_TIMEOUT}.
 *   <li>{@code heartbeat} sets {@code building.seenAt} every few seconds.
 *   <li>{@code switchTo} sets {@code live: "people_8"}, keeps the old collection for {@link #GRACE} by {@code before:
 *       {collection: "people_7", until: 1795500060000}}, and sets {@code readTo: 4711}, the position up to which the
 *       new collection is complete.
 *   <li>{@code markComplete} unsets {@code readTo} once the new collection contains all that the old one did.
 *   <li>{@code release} unsets {@code building}.
 * </ol>
 *
 * <p>All updates after the claim carry the owner in their filter, so a rebuild that has lost its claim to another one
 * gets a {@link ClaimLostException} at its next heartbeat or switch. Times are in milliseconds since 1970, from the
 * injected clock of each instance.
 *
 * <p>Between processes, the pointer document is the lock: MongoDB applies each update of it atomically. Within the
 * process, the lock of this object guards the claim for a rebuild against {@link #dropLeftovers}, which claims too, for
 * a moment. Without it a rebuild on demand could be told that another one is under way. {@link #recentlyRead} is a
 * concurrent map and needs no lock.
 */
public final class LiveCollections {

    private static final Logger LOG = LoggerFactory.getLogger(LiveCollections.class);

    static final String POINTERS = "read_models";
    private static final String READ_TO = "readTo";
    private static final String BEFORE = "before";

    /** A rebuild without a heartbeat for so long is considered dead. */
    private static final Duration CLAIM_TIMEOUT = Duration.ofSeconds(60);

    /** How long {@link #readable} answers from the cache. */
    private static final Duration CACHED_FOR = Duration.ofMillis(100);

    /**
     * How long the old collection stays after a switch, for queries that still read it: counting a million documents
     * takes a while.
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

    /**
     * The collection that queries read and the live event handler writes; empty before the first build has finished.
     */
    public Optional<MongoCollection<Document>> live(String model) {
        return liveName(model).map(database::getCollection);
    }

    /**
     * The live collection, for the answer to a query. It is cached for {@link #CACHED_FOR}, which saves most queries
     * the look-up of the pointer. A cached collection may be the old one; it stays for {@link #GRACE} after the switch.
     *
     * @throws HttpProblem with status 503 if the model is being built for the first time
     */
    public MongoCollection<Document> readable(String model) {
        var known = recentlyRead.get(model);
        if (known != null && System.nanoTime() - known.at < CACHED_FOR.toNanos()) {
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

    /** Tells whether there is a live collection that contains all that the one before it did. */
    boolean isComplete(String model) {
        var pointer = pointer(model);
        return pointer.containsKey("live") && !pointer.containsKey(READ_TO);
    }

    /** Forgets a live collection that an operator has dropped from MongoDB, so that it is built again. */
    void forgetIfDropped(String model) {
        liveName(model)
                .filter(live -> !collectionNames().contains(live))
                .ifPresent(live -> pointers.updateOne(
                        Filters.and(Filters.eq("_id", model), Filters.eq("live", live)), Updates.unset("live")));
    }

    /**
     * Claims the right to rebuild a model, and drops the collections that earlier rebuilds have left.
     *
     * @return the new, empty collection; empty if another rebuild is under way
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
     * Claims the right to complete the live collection of a model. It is incomplete when the rebuild that made it live
     * died before it came to the head of the ledger.
     *
     * @return that collection and its position; empty if it is complete, or if another rebuild has the claim
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
     * A live collection that is incomplete.
     *
     * @param readTo the position up to which it is complete
     */
    record Unfinished(MongoCollection<Document> collection, long readTo) {}

    /**
     * Drops the collections that rebuilds have left, unless a rebuild is under way. Erasures do not reach a collection
     * that is no longer live, so it must not stay until the next rebuild. A thread that claims a rebuild meanwhile
     * waits for the lock, instead of being told that another rebuild is under way.
     */
    synchronized void dropLeftovers(String model) {
        if (!leftovers(model).isEmpty()) {
            var owner = UUID.randomUUID().toString();
            claim(model, owner).ifPresent(unused -> release(model, owner));
        }
    }

    /** The collections of a model that are neither live, nor being built, nor within {@link #GRACE}. */
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
                Filters.or(
                        Filters.exists("building", false),
                        Filters.lt("building.seenAt", now - CLAIM_TIMEOUT.toMillis())));
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
     * Records that a rebuild is alive.
     *
     * @throws ClaimLostException if it was considered dead and another rebuild has the claim
     */
    void heartbeat(String model, String owner) {
        update(model, owner, Updates.set("building.seenAt", clock.millis()));
    }

    /**
     * Makes the collection that was built the live one.
     *
     * @param readTo the position up to which it is complete; what the old collection has beyond it is still missing
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

    /** Records that the live collection is complete. */
    void markComplete(String model, String owner) {
        update(model, owner, Updates.unset(READ_TO));
    }

    /** Ends a claim, after success and after failure. */
    void release(String model, String owner) {
        pointers.updateOne(owned(model, owner), Updates.unset("building"));
    }

    /** Drops a collection that is no longer needed. After a failure the next maintenance tries again. */
    private void drop(String collection) {
        try {
            database.getCollection(collection).drop();
        } catch (MongoException e) {
            LOG.warn(
                    "The collection {} is no longer needed but could not be dropped; the next maintenance will try again",
                    collection);
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

    /** The 7 of {@code people_7}; 0 for any other name. */
    private static long numberOf(String model, String collection) {
        var matcher = Pattern.compile(Pattern.quote(model) + "_(\\d{1,15})").matcher(collection);
        return matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
    }

    private Set<String> collectionNames() {
        return database.listCollectionNames().into(new HashSet<>());
    }

    /** Thrown when another rebuild of the same model has taken over the claim. */
    static final class ClaimLostException extends RuntimeException {
        ClaimLostException(String model) {
            super("Another rebuild of " + model + " took over");
        }
    }
}
