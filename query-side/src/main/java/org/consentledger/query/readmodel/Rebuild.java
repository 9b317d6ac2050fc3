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
 * Fills new collections from the first event on, and switches to them, while readers and tails go on with the old ones.
 *
 * <p>It reads the ledger up to its head person by person, and what was recorded meanwhile in the ledger's own order.
 *
 * <p>After the switch it reads on to the head of the ledger. A batch that a tail still wrote to the old collection held
 * only events from before the switch, so nothing is missing in the new one; and where a tail was faster in the new one,
 * the guards of its writes let nothing older overwrite it. Should it die before it comes to the head, another one reads
 * on from where the switch was.
 *
 * <p>Only a few pages of events and of the documents that they touch are in memory.
 */
final class Rebuild {

    private static final Logger LOG = LoggerFactory.getLogger(Rebuild.class);
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(5);

    /** So many failures are no matter of single facts any more. */
    private static final int TOO_MANY_FAILURES = 1_000;

    /** While one page waits for the database the next can be encoded; more would only fill the memory. */
    private static final int PAGES_WRITTEN_AT_ONCE = 2;

    /** Where a model's dead letters go. */
    interface DeadLetterQueues {
        SequencedDeadLetterQueue<EventMessage<?>> of(ReadModel model);
    }

    private final LedgerEngine engine;
    private final LiveCollections collections;
    private final DeadLetterQueues letters;
    private final int pageSize;
    private final BooleanSupplier stopped;
    private final String owner = UUID.randomUUID().toString();
    private long seenAt = System.nanoTime();
    private final RebuildProgress progress;

    Rebuild(
            LedgerEngine engine,
            LiveCollections collections,
            DeadLetterQueues letters,
            int pageSize,
            BooleanSupplier stopped,
            LongSupplier nanoTime) {
        this.engine = engine;
        this.collections = collections;
        this.letters = letters;
        this.pageSize = pageSize;
        this.stopped = stopped;
        progress = new RebuildProgress(engine::headPosition, nanoTime);
    }

    /**
     * Claims the models that nobody else is rebuilding.
     *
     * @return what can be {@link #run}
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

    /** Rebuilds the claimed models, all with one reading of the ledger. */
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

    /** Reads on where a rebuild of one of the models died between its switch and the head of the ledger. */
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

    /** Reads what was recorded up to now into collections that are live, and returns how far that is. */
    private long readOnToHead(long from, List<Target> targets) {
        var position = from;
        var head = engine.headPosition();
        while (position < head) {
            position = readOn(position, targets);
        }
        for (var target : targets) {
            target.model.settle(target.collection);
            collections.finish(target.model.name(), owner);
        }
        return position;
    }

    private static List<String> namesOf(List<Target> targets) {
        return targets.stream().map(target -> target.model.name()).toList();
    }

    /** Reads until there is nothing more for now, and returns how far it came. */
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
     * Reads everybody's history up to a position, one person after the other: so each document is written once, however
     * many facts it is made of, and none is read. While one page is folded, the next is read and those before are
     * written. Of two pages with the same person in both, the later doesn't build on the earlier: it heals from the
     * ledger.
     */
    private void readByPerson(long position, List<Target> targets) {
        try (var reader = Executors.newSingleThreadExecutor(daemon("rebuild-reader"));
                var writers = Executors.newFixedThreadPool(PAGES_WRITTEN_AT_ONCE, daemon("rebuild-writer"))) {
            var next = reader.submit(() -> factsByPerson(null, position));
            var writes = new ArrayDeque<Future<?>>();
            for (var facts = result(next); !facts.isEmpty(); facts = result(next)) {
                var last = (DomainEventMessage<?>) facts.getLast().message;
                next = reader.submit(() -> factsByPerson(last, position));
                var folds = fold(facts, List.of(), targets);
                if (writes.size() == PAGES_WRITTEN_AT_ONCE) {
                    result(writes.remove());
                }
                writes.add(writers.submit(() -> folds.forEach(ReadModel.Fold::write)));
                tookIn(facts, targets);
            }
            writes.forEach(Rebuild::result);
        }
    }

    private static ThreadFactory daemon(String name) {
        return Thread.ofPlatform().daemon().name(name).factory();
    }

    private List<ReadEvent> factsByPerson(@Nullable DomainEventMessage<?> after, long position) {
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
        var facts = page.stream().map(ReadEvent::of).toList();
        var ahead = page.stream()
                .map(message -> EventHeader.of((DomainEventMessage<?>) message))
                .toList();
        take(facts, ahead, targets);
        return LedgerEngine.positionOf(page.getLast().trackingToken());
    }

    /** @param ahead the same facts, if something of the same streams may be in the new collections already */
    private void take(List<ReadEvent> facts, List<EventHeader> ahead, List<Target> targets) {
        fold(facts, ahead, targets).forEach(ReadModel.Fold::write);
        tookIn(facts, targets);
    }

    private List<ReadModel.Fold> fold(List<ReadEvent> facts, List<EventHeader> ahead, List<Target> targets) {
        if (stopped.getAsBoolean()) {
            throw new StoppedException();
        }
        var folds = new ArrayList<ReadModel.Fold>();
        for (var target : targets) {
            var fold = target.model.begin(target.collection, ahead);
            facts.forEach(fact -> take(fact, fold, target));
            folds.add(fold);
        }
        return folds;
    }

    private void tookIn(List<ReadEvent> facts, List<Target> targets) {
        progress.took(facts.size()).ifPresent(line -> LOG.info("Rebuilding {} {}", namesOf(targets), line));
        signOfLife(targets);
    }

    private void take(ReadEvent fact, ReadModel.Fold fold, Target target) {
        var known = target.stuck.get(fact.stream);
        if (known != null) {
            if (known) {
                letters.of(target.model)
                        .enqueueIfPresent(fact.stream, () -> new GenericDeadLetter<>(fact.stream, fact.message));
            }
            return;
        }
        try {
            fold.fold(fact.recorded());
        } catch (RuntimeException e) {
            if (DeadLetterPolicy.isOutage(e)) {
                throw e;
            }
            putAside(fact, e, target);
        }
    }

    /** If the tail has put the person's facts aside before, they are there already, and must not be there twice. */
    private void putAside(ReadEvent fact, RuntimeException failure, Target target) {
        if (target.stuck.size() >= TOO_MANY_FAILURES) {
            throw new IllegalStateException(target.model.name() + " can't take in too many facts", failure);
        }
        LOG.error(
                "{} can't take in event {}: {}",
                target.model.name(),
                fact.message.getIdentifier(),
                failure.getClass().getName());
        var queue = letters.of(target.model);
        var isNew = !queue.contains(fact.stream);
        if (isNew) {
            queue.enqueue(
                    fact.stream, new GenericDeadLetter<>(fact.stream, fact.message, DeadLetterPolicy.causeOf(failure)));
        }
        target.stuck.put(fact.stream, isNew);
    }

    private void signOfLife(List<Target> targets) {
        if (System.nanoTime() - seenAt > SIGN_OF_LIFE.toNanos()) {
            targets.forEach(target -> collections.heartbeat(target.model.name(), owner));
            seenAt = System.nanoTime();
        }
    }

    /**
     * A model and the collection that is being filled for it.
     *
     * @param stuck streams with a fact that failed, and whether their later facts have to be put aside here
     */
    record Target(ReadModel model, MongoCollection<Document> collection, Map<String, Boolean> stuck) {}

    /** An event, read for all models once; one that can't be read fails for each model that asks for it. */
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
                throw new IllegalStateException("neither read nor failed");
            }
            return readable;
        }
    }

    /** The process is about to end. */
    static final class StoppedException extends RuntimeException {
        StoppedException() {
            super("Stopped");
        }
    }
}
