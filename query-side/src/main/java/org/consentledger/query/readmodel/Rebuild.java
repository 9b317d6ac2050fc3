package org.consentledger.query.readmodel;

import com.mongodb.client.MongoCollection;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.messaging.deadletter.GenericDeadLetter;
import org.axonframework.messaging.deadletter.SequencedDeadLetterQueue;
import org.bson.Document;
import org.consentledger.foundation.store.LedgerEngine;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rebuilds read models from the first event into new collections, and switches to them, while queries and the live
 * event handlers go on with the old ones. Several models share one reading of the ledger.
 *
 * <p>A rebuild has four phases:
 *
 * <ol>
 *   <li>It reads the ledger up to the head, ordered by person, so each document is written once.
 *   <li>It reads what was recorded meanwhile, in the order of the ledger.
 *   <li>It switches each model to its new collection.
 *   <li>It reads on to the head of the ledger, into the collections that are live now.
 * </ol>
 *
 * <p>An example: the head is 1,000,000 at the start. Phase 1 takes five minutes, in which 300 events are recorded;
 * phase 2 reads them up to 1,000,300. During the switch the live event handler still holds a batch with the events
 * 1,000,299 to 1,000,310 and the old collection. It writes there, and its token moves on. Phase 4 reads from 1,000,300
 * again and so brings 1,000,301 to 1,000,310 into the new collection. Such a batch held only events from before the
 * switch, so none is missed. Where the handler is ahead of the rebuild in the new collection, {@link GuardedWrites}
 * lets nothing older overwrite it.
 *
 * <p>If the process dies after the switch, the pointer still has {@code readTo}, and another rebuild continues from
 * there ({@link #finish}). If it dies before, the next one starts again.
 *
 * <p>Threads: one {@code rebuild-reader} reads the next page while the calling thread folds and
 * {@link #CONCURRENT_WRITES} {@code rebuild-writer}s write. All fields belong to the calling thread; pages and folds
 * are handed over through futures, so there is no lock. Memory holds only these pages and the documents that they
 * touch. Other rebuilds are kept out by the claim in {@link LiveCollections}, which this one renews every
 * {@link #HEARTBEAT_INTERVAL}.
 */
final class Rebuild {

    private static final Logger LOG = LoggerFactory.getLogger(Rebuild.class);
    /** How often a rebuild renews its claim. {@link LiveCollections} considers it dead after a minute without. */
    private static final Duration HEARTBEAT_INTERVAL = Duration.ofSeconds(5);

    /** With so many streams failing, the cause is not a single event, and the rebuild gives up. */
    private static final int MAX_FAILED_STREAMS = 1_000;

    /** While one page waits for the database, the next can be encoded. More pages would only use memory. */
    private static final int CONCURRENT_WRITES = 2;

    /** Finds the dead-letter queue of a model. */
    interface DeadLetterQueues {
        SequencedDeadLetterQueue<EventMessage<?>> of(ReadModel model);
    }

    private final LedgerEngine engine;
    private final LiveCollections collections;
    private final DeadLetterQueues deadLetters;
    private final int pageSize;
    private final BooleanSupplier stopped;
    private final String owner = UUID.randomUUID().toString();
    private long heartbeatAt = System.nanoTime();
    private final RebuildProgress progress;

    Rebuild(
            LedgerEngine engine,
            LiveCollections collections,
            DeadLetterQueues deadLetters,
            int pageSize,
            BooleanSupplier stopped,
            LongSupplier nanoTime) {
        this.engine = engine;
        this.collections = collections;
        this.deadLetters = deadLetters;
        this.pageSize = pageSize;
        this.stopped = stopped;
        progress = new RebuildProgress(engine::headPosition, nanoTime);
    }

    /**
     * Claims the models that no other rebuild has claimed.
     *
     * @return the targets for {@link #run}
     */
    List<Target> claim(List<ReadModel> models) {
        var targets = new ArrayList<Target>();
        for (var model : models) {
            collections
                    .claim(model.name(), owner)
                    .ifPresent(collection -> targets.add(new Target(model, collection, new HashMap<>())));
        }
        return targets;
    }

    /** Rebuilds the claimed models with one reading of the ledger. */
    void run(List<Target> targets) {
        if (targets.isEmpty()) {
            return;
        }
        var begun = System.nanoTime();
        progress.begin();
        try {
            targets.forEach(target -> target.model.createIndexes(target.collection));
            var headAtStart = engine.headPosition();
            readByPerson(headAtStart, targets);
            progress.reached(headAtStart);
            var readTo = readOn(headAtStart, targets);
            for (var target : targets) {
                collections.switchTo(
                        target.model.name(),
                        owner,
                        target.collection.getNamespace().getCollectionName(),
                        readTo);
            }
            var position = readOnToHead(readTo, targets);
            LOG.info(
                    "Rebuilt {} up to position {} in {} ms",
                    namesOf(targets),
                    position,
                    Duration.ofNanos(System.nanoTime() - begun).toMillis());
        } finally {
            targets.forEach(target -> collections.release(target.model.name(), owner));
        }
    }

    /** Completes the live collections whose rebuild died between the switch and the head of the ledger. */
    void finish(List<ReadModel> models) {
        for (var model : models) {
            collections.claimUnfinished(model.name(), owner).ifPresent(found -> {
                try {
                    progress.begin();
                    var targets = List.of(new Target(model, found.collection(), new HashMap<>()));
                    var position = readOnToHead(found.readTo(), targets);
                    LOG.info("Finished {} up to position {}", model.name(), position);
                } finally {
                    collections.release(model.name(), owner);
                }
            });
        }
    }

    /**
     * Reads to the head of the ledger into collections that are live, marks them as complete, and returns the position.
     */
    private long readOnToHead(long from, List<Target> targets) {
        var position = from;
        var head = engine.headPosition();
        while (position < head) {
            position = readOn(position, targets);
        }
        for (var target : targets) {
            collections.markComplete(target.model.name(), owner);
        }
        return position;
    }

    private static List<String> namesOf(List<Target> targets) {
        return targets.stream().map(target -> target.model.name()).toList();
    }

    /** Reads until no event is left for now, and returns the position of the last one. */
    private long readOn(long from, List<Target> targets) {
        var position = from;
        try (var events = engine.readEvents(LedgerEngine.tokenAt(from), false)) {
            var page = new ArrayList<TrackedEventMessage<?>>();
            for (var all = events.iterator(); all.hasNext(); ) {
                page.add(all.next());
                if (page.size() == pageSize || !all.hasNext()) {
                    position = take(page, targets);
                    page.clear();
                }
            }
        }
        return position;
    }

    /**
     * Reads all histories up to a position, one person after the other. So each document is written once, however many
     * events it has, and none is fetched. While one page is folded, the next one is read and the previous ones are
     * written.
     *
     * <p>A person's history may be divided between two pages, which may be written at the same time. The second page
     * does not build on the first one: it reads the beginning of the history from the ledger ("healing").
     */
    private void readByPerson(long position, List<Target> targets) {
        try (var reader = Executors.newSingleThreadExecutor(daemon("rebuild-reader"));
                var writers = Executors.newFixedThreadPool(CONCURRENT_WRITES, daemon("rebuild-writer"))) {
            var next = reader.submit(() -> pageByPerson(null, position));
            var writes = new ArrayDeque<Future<?>>();
            for (var readEvents = result(next); !readEvents.isEmpty(); readEvents = result(next)) {
                var last = (DomainEventMessage<?>) readEvents.getLast().message;
                next = reader.submit(() -> pageByPerson(last, position));
                var folds = fold(readEvents, List.of(), targets);
                if (writes.size() == CONCURRENT_WRITES) {
                    result(writes.remove());
                }
                writes.add(writers.submit(() -> folds.forEach(ReadModel.Fold::write)));
                countEvents(readEvents, targets);
            }
            writes.forEach(Rebuild::result);
        }
    }

    private static ThreadFactory daemon(String name) {
        return Thread.ofPlatform().daemon().name(name).factory();
    }

    private List<ReadEvent> pageByPerson(@Nullable DomainEventMessage<?> after, long position) {
        return engine.readByAggregate(after, position, pageSize).stream()
                .map(ReadEvent::of)
                .toList();
    }

    private static <T> T result(Future<T> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoppedException();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException("The ledger could not be read", e.getCause());
        }
    }

    private long take(List<TrackedEventMessage<?>> page, List<Target> targets) {
        var readEvents = page.stream().map(ReadEvent::of).toList();
        var ahead = page.stream()
                .map(message -> EventHeader.of((DomainEventMessage<?>) message))
                .toList();
        take(readEvents, ahead, targets);
        return LedgerEngine.positionOf(page.getLast().trackingToken());
    }

    /** @param ahead the headers of these events, if the new collections may contain something of the same streams */
    private void take(List<ReadEvent> readEvents, List<EventHeader> ahead, List<Target> targets) {
        fold(readEvents, ahead, targets).forEach(ReadModel.Fold::write);
        countEvents(readEvents, targets);
    }

    private List<ReadModel.Fold> fold(List<ReadEvent> readEvents, List<EventHeader> ahead, List<Target> targets) {
        if (stopped.getAsBoolean()) {
            throw new StoppedException();
        }
        var folds = new ArrayList<ReadModel.Fold>();
        for (var target : targets) {
            var fold = target.model.begin(target.collection, ahead);
            readEvents.forEach(event -> take(event, fold, target));
            folds.add(fold);
        }
        return folds;
    }

    private void countEvents(List<ReadEvent> readEvents, List<Target> targets) {
        progress.took(readEvents.size()).ifPresent(line -> LOG.info("Rebuilding {} {}", namesOf(targets), line));
        heartbeat(targets);
    }

    private void take(ReadEvent event, ReadModel.Fold fold, Target target) {
        var known = target.failedStreams.get(event.stream);
        if (known != null) {
            if (known) {
                deadLetters
                        .of(target.model)
                        .enqueueIfPresent(event.stream, () -> new GenericDeadLetter<>(event.stream, event.message));
            }
            return;
        }
        try {
            fold.fold(event.recorded());
        } catch (RuntimeException e) {
            if (DeadLetterPolicy.isOutage(e)) {
                throw e;
            }
            enqueueDeadLetter(event, e, target);
        }
    }

    /**
     * Makes an event a dead letter. If the live event handler has already enqueued events of this stream, they are in
     * the queue and must not be added twice.
     */
    private void enqueueDeadLetter(ReadEvent event, RuntimeException failure, Target target) {
        if (target.failedStreams.size() >= MAX_FAILED_STREAMS) {
            throw new IllegalStateException(
                    target.model.name() + " fails to fold the events of too many streams; the rebuild gives up",
                    failure);
        }
        LOG.error(
                "{} can't fold event {}: {}",
                target.model.name(),
                event.message.getIdentifier(),
                failure.getClass().getName());
        var queue = deadLetters.of(target.model);
        var isNew = !queue.contains(event.stream);
        if (isNew) {
            queue.enqueue(
                    event.stream,
                    new GenericDeadLetter<>(event.stream, event.message, DeadLetterPolicy.causeOf(failure)));
        }
        target.failedStreams.put(event.stream, isNew);
    }

    private void heartbeat(List<Target> targets) {
        if (System.nanoTime() - heartbeatAt > HEARTBEAT_INTERVAL.toNanos()) {
            targets.forEach(target -> collections.heartbeat(target.model.name(), owner));
            heartbeatAt = System.nanoTime();
        }
    }

    /**
     * A model and the collection that is being filled for it.
     *
     * @param failedStreams streams with an event that failed, and whether this rebuild has to enqueue their later
     *     events
     */
    record Target(ReadModel model, MongoCollection<Document> collection, Map<String, Boolean> failedStreams) {}

    /**
     * An event that is deserialised once for all models. If that fails, the failure is thrown for each model that folds
     * the event.
     */
    private record ReadEvent(
            TrackedEventMessage<?> message,
            String stream,
            @Nullable Recorded<?> readable,
            @Nullable RuntimeException failure) {

        static ReadEvent of(TrackedEventMessage<?> message) {
            var stream = message instanceof DomainEventMessage<?> event
                    ? event.getAggregateIdentifier()
                    : message.getIdentifier();
            try {
                return new ReadEvent(message, stream, Ledger.recorded(message), null);
            } catch (RuntimeException e) {
                return new ReadEvent(message, stream, null, e);
            }
        }

        Recorded<?> recorded() {
            if (failure != null) {
                throw failure;
            }
            if (readable == null) {
                throw new IllegalStateException("The event has neither a payload nor a failure");
            }
            return readable;
        }
    }

    /** Thrown when the process is about to stop. */
    static final class StoppedException extends RuntimeException {
        StoppedException() {
            super("Stopped");
        }
    }
}
