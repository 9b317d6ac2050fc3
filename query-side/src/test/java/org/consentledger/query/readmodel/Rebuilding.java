package org.consentledger.query.readmodel;

import java.time.Duration;
import java.util.HashMap;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.consentledger.foundation.store.LedgerEngine;
import org.springframework.boot.test.context.TestComponent;

/** Lets tests of other packages rebuild. */
@TestComponent
public class Rebuilding {

    private final ReadModels models;
    private final LiveCollections collections;
    private final LedgerEngine engine;
    private final ReadModelSettings settings;

    Rebuilding(ReadModels models, LiveCollections collections, LedgerEngine engine, ReadModelSettings settings) {
        this.models = models;
        this.collections = collections;
        this.engine = engine;
        this.settings = settings;
    }

    /** Waits until every read model has been built and has read everything that is in the ledger now. */
    public void awaitAll() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> models.all().stream()
                        .allMatch(model -> collections.liveName(model.name()).isPresent()
                                && !collections.isBuilding(model.name())
                                && models.lagOf(model) == 0));
    }

    /**
     * Rebuilds every model, all with one reading of the ledger as where they are missing, and waits until all are
     * switched and through.
     */
    public void rebuildAll() {
        var before = new HashMap<String, Optional<String>>();
        models.all().forEach(model -> before.put(model.name(), collections.liveName(model.name())));
        var rebuild = new Rebuild(
                engine, collections, models::deadLettersOf, settings.rebuildPageSize(), () -> false, System::nanoTime);
        rebuild.run(rebuild.claim(models.all()));
        // A rebuild that another process runs already is not among the claimed ones
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> models.all().stream()
                        .map(ReadModel::name)
                        .allMatch(name ->
                                !collections.liveName(name).equals(before.get(name)) && !collections.isBuilding(name)));
    }
}
