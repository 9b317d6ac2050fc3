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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;

/**
 * Runs the read models: builds those that are missing, rebuilds on demand, retries dead letters every
 * {@code ledger.read-models.dead-letter-retry}, and reports how far each model has read.
 */
public final class ReadModels implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(ReadModels.class);
    private static final long MAINTENANCE_INTERVAL_MILLIS = 5_000;

    private final List<ReadModel> models;
    private final LiveCollections collections;
    private final LedgerEngine engine;
    private final Tokens tokens;
    private final AxonMongoStores stores;
    private final ObjectProvider<Configuration> axon;
    private final ReadModelSettings settings;
    private final Set<String> caughtUp = ConcurrentHashMap.newKeySet();
    private final Set<String> modelsWithTokens = ConcurrentHashMap.newKeySet();

    private volatile boolean running;
    private volatile long headAtStart;
    private ScheduledExecutorService work = Executors.newSingleThreadScheduledExecutor();

    ReadModels(
            List<ReadModel> models,
            LiveCollections collections,
            LedgerEngine engine,
            Tokens tokens,
            AxonMongoStores stores,
            ObjectProvider<Configuration> axon,
            ReadModelSettings settings) {
        this.models = models;
        this.collections = collections;
        this.engine = engine;
        this.tokens = tokens;
        this.stores = stores;
        this.axon = axon;
        this.settings = settings;
        // This runs before the event handlers start: a handler must not write into a dropped collection.
        models.forEach(model -> collections.forgetIfDropped(model.name()));
    }

    @Override
    public void start() {
        headAtStart = engine.headPosition();
        running = true;
        work = Executors.newScheduledThreadPool(
                2, Thread.ofPlatform().name("read-models-", 0).daemon().factory());
        var building = work.scheduleWithFixedDelay(
                loggingFailures("build", this::maintain), 0, MAINTENANCE_INTERVAL_MILLIS, MILLISECONDS);
        var retry = settings.deadLetterRetry().toMillis();
        var retrying = work.scheduleWithFixedDelay(
                loggingFailures("dead letters", this::retryDeadLetters), retry, retry, MILLISECONDS);
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
     * Starts a rebuild of a model in the background.
     *
     * @return false if another rebuild of the model is under way, in this instance or another one
     */
    boolean rebuild(ReadModel model) {
        var rebuild = newRebuild();
        var claimed = rebuild.claim(List.of(model));
        if (claimed.isEmpty()) {
            return false;
        }
        work.execute(loggingFailures("rebuild", () -> rebuild.run(claimed)));
        return true;
    }

    /**
     * Completes the rebuilds that died after their switch, drops the collections that rebuilds have left, and builds
     * the models without a live collection, all with one reading of the ledger.
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
     * Creates the tokens again if MongoDB has lost them. Axon creates tokens only when a processor starts. Without a
     * live collection the handler goes on at the head of the ledger, and the rebuild that follows folds everything
     * before it; with one, the handler reads the ledger from the start.
     */
    private void renewTokensIfLost(ReadModel model) {
        var name = model.name();
        if (!tokens.positionsOf(name).isEmpty()) {
            modelsWithTokens.add(name);
        } else if (modelsWithTokens.contains(name)) {
            LOG.warn("MongoDB has lost the tokens of {}; the ledger is read again from the start", name);
            stores.deadLetterQueue(name);
            var from = collections.liveName(name).isPresent() ? LedgerEngine.tokenAt(0) : engine.createHeadToken();
            stores.tokenStore().initializeTokenSegments(name, settings.segments(), from);
        }
    }

    private Rebuild newRebuild() {
        return new Rebuild(
                engine, collections, this::deadLettersOf, settings.rebuildPageSize(), () -> !running, System::nanoTime);
    }

    /** Retries each sequence of dead letters once. */
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

    /** The number of events between the model and the head of the ledger. */
    long lagOf(ReadModel model) {
        return Math.max(0, engine.headPosition() - positionOf(model));
    }

    /**
     * The position up to which a model has certainly read: that of its slowest segment, or -1 without any segment. For
     * the segments that this instance has claimed, the status of the processor is newer than the stored tokens, which
     * are written only now and then.
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

    /** Tells whether the model has folded everything that the ledger held at the start. Once true, it stays true. */
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

    private Runnable loggingFailures(String what, Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (Rebuild.StoppedException e) {
                LOG.info("The read models' task \"{}\" was stopped; it starts again with the program", what);
            } catch (RuntimeException e) {
                LOG.error("The read models' task \"{}\" failed and will be retried", what, e);
            }
        };
    }
}
