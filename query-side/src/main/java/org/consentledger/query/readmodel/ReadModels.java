package org.consentledger.query.readmodel;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.axonframework.config.Configuration;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.StreamingEventProcessor;
import org.axonframework.messaging.deadletter.SequencedDeadLetterQueue;
import org.consentledger.foundation.store.LedgerEngine;
import org.consentledger.query.readmodel.LiveCollections.StableCollection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;

/**
 * The life of the read models: builds those that are missing, rebuilds on demand, retries dead letters, and knows how
 * far each of them is.
 */
public final class ReadModels implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(ReadModels.class);
    private static final long WATCH_MILLIS = 5_000;

    private final List<ReadModel> models;
    private final LiveCollections collections;
    private final LedgerEngine engine;
    private final Tokens tokens;
    private final AxonMongoStores books;
    private final ObjectProvider<Configuration> axon;
    private final ReadModelSettings settings;
    private final Set<String> caughtUp = ConcurrentHashMap.newKeySet();
    private final Set<String> withTokens = ConcurrentHashMap.newKeySet();

    private volatile boolean running;
    private volatile long headAtStart;
    private ScheduledExecutorService work = Executors.newSingleThreadScheduledExecutor();

    ReadModels(
            List<ReadModel> models,
            LiveCollections collections,
            LedgerEngine engine,
            Tokens tokens,
            AxonMongoStores books,
            ObjectProvider<Configuration> axon,
            ReadModelSettings settings) {
        this.models = models;
        this.collections = collections;
        this.engine = engine;
        this.tokens = tokens;
        this.books = books;
        this.axon = axon;
        this.settings = settings;
        // Before the tails begin, so that none of them writes into a collection that has just been dropped.
        models.forEach(model -> collections.forgetIfDropped(model.name()));
    }

    @Override
    public void start() {
        headAtStart = engine.headPosition();
        running = true;
        work = Executors.newScheduledThreadPool(
                2, Thread.ofPlatform().name("read-models-", 0).daemon().factory());
        var building = work.scheduleWithFixedDelay(quietly("build", this::maintain), 0, WATCH_MILLIS, MILLISECONDS);
        var retry = settings.deadLetterRetry().toMillis();
        var retrying = work.scheduleWithFixedDelay(
                quietly("dead letters", this::retryDeadLetters), retry, retry, MILLISECONDS);
        LOG.debug("Scheduled {} and {}", building, retrying);
    }

    @Override
    public void stop() {
        running = false;
        work.shutdown();
        try {
            if (!work.awaitTermination(10, SECONDS)) {
                work.shutdownNow();
            }
        } catch (InterruptedException e) {
            work.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    List<ReadModel> all() {
        return models;
    }

    Optional<ReadModel> named(String name) {
        return models.stream().filter(model -> model.name().equals(name)).findAny();
    }

    /**
     * Begins to rebuild a model.
     *
     * @return false if another rebuild of it is under way, here or elsewhere
     */
    boolean rebuild(ReadModel model) {
        var rebuild = newRebuild();
        var claimed = rebuild.claim(List.of(model));
        if (claimed.isEmpty()) {
            return false;
        }
        work.execute(quietly("rebuild", () -> rebuild.run(claimed)));
        return true;
    }

    /**
     * Ends what a rebuild that died has left undone, drops what it has left, and builds the models that have no live
     * collection, all with one reading of the ledger.
     */
    void maintain() {
        models.forEach(this::renewTokensIfLost);
        newRebuild().finish(models);
        models.forEach(model -> collections.dropLeftovers(model.name()));
        var missing = models.stream()
                .filter(model -> collections.liveName(model.name()).isEmpty())
                .toList();
        if (!missing.isEmpty()) {
            var rebuild = newRebuild();
            rebuild.run(rebuild.claim(missing));
        }
    }

    /**
     * Axon makes tokens only when a processor starts. Should MongoDB lose them while this runs, the tail goes on at the
     * head, and the rebuild, which begins after this, takes in all that is before it.
     */
    private void renewTokensIfLost(ReadModel model) {
        var name = model.name();
        if (!tokens.positionsOf(name).isEmpty()) {
            withTokens.add(name);
        } else if (withTokens.contains(name)) {
            LOG.warn("MongoDB has lost how far {} has read; it is read anew", name);
            books.deadLetterQueue(name);
            var from = collections.liveName(name).isPresent() ? LedgerEngine.tokenAt(0) : engine.createHeadToken();
            books.tokenStore().initializeTokenSegments(name, settings.segments(), from);
        }
    }

    private Rebuild newRebuild() {
        return new Rebuild(
                engine, collections, this::deadLettersOf, settings.rebuildPageSize(), () -> !running, System::nanoTime);
    }

    /** Tries each sequence of dead letters once. */
    void retryDeadLetters() {
        for (var model : models) {
            var processor = axon.getObject().eventProcessingConfiguration().sequencedDeadLetterProcessor(model.name());
            var sequences = deadLettersOf(model).amountOfSequences();
            for (long sequence = 0; sequence < sequences && running; sequence++) {
                processor.ifPresent(letters -> letters.processAny());
            }
        }
    }

    SequencedDeadLetterQueue<EventMessage<?>> deadLettersOf(ReadModel model) {
        return axon.getObject()
                .eventProcessingConfiguration()
                .deadLetterQueue(model.name())
                .orElseThrow(() -> new IllegalStateException("No dead-letter queue for " + model.name()));
    }

    /**
     * Where to read a model in the order of the ledger without missing anything. What is beyond may be followed by
     * something earlier: segments go on side by side, and a rebuild behind its switch goes on beside them. An instance
     * that works on none of the segments learns with a delay of seconds how far they are.
     *
     * @throws org.consentledger.foundation.http.HttpProblem if the model is being built for the first time
     */
    public StableCollection whole(String name) {
        var model = named(name).orElseThrow(() -> new IllegalArgumentException("There is no read model " + name));
        return collections.whole(name, positionOf(model));
    }

    /** How many events the model is behind the head of the ledger. */
    long lagOf(ReadModel model) {
        return Math.max(0, engine.headPosition() - positionOf(model));
    }

    /**
     * The position up to which a model surely has read: that of its slowest segment; -1 before there is any. Of the
     * segments that this instance works on it knows more than the tokens say, which are stored only now and then.
     */
    private long positionOf(ReadModel model) {
        var positions = tokens.positionsOf(model.name());
        axon.getObject()
                .eventProcessingConfiguration()
                .eventProcessor(model.name(), StreamingEventProcessor.class)
                .ifPresent(processor -> processor
                        .processingStatus()
                        .forEach((segment, status) -> positions.computeIfPresent(
                                segment,
                                (number, stored) ->
                                        Math.max(stored, LedgerEngine.positionOf(status.getTrackingToken())))));
        return positions.values().stream().mapToLong(position -> position).min().orElse(-1);
    }

    /** Whether the model has taken in everything that was in the ledger at the start; once it has, it stays so. */
    boolean hasCaughtUp(ReadModel model) {
        if (caughtUp.contains(model.name())) {
            return true;
        }
        var now = running && collections.isComplete(model.name()) && positionOf(model) >= headAtStart;
        if (now) {
            caughtUp.add(model.name());
        }
        return now;
    }

    private Runnable quietly(String what, Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (Rebuild.StoppedException e) {
                LOG.info("Stopped while at work on the read models ({}); it begins anew at the next start", what);
            } catch (RuntimeException e) {
                LOG.error("Work on the read models ({}) failed and will be tried again", what, e);
            }
        };
    }
}
