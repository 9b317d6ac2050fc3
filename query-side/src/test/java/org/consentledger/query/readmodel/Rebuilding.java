package org.consentledger.query.readmodel;

import java.time.Duration;
import java.util.HashMap;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.springframework.boot.test.context.TestComponent;

/** Lets tests of other packages rebuild. */
@TestComponent
public class Rebuilding {

    private final ReadModels models;
    private final LiveCollections collections;

    Rebuilding(ReadModels models, LiveCollections collections) {
        this.models = models;
        this.collections = collections;
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

    /** Rebuilds every model, and waits until all are switched and through. */
    public void rebuildAll() {
        var before = new HashMap<String, Optional<String>>();
        for (var model : models.all()) {
            before.put(model.name(), collections.liveName(model.name()));
            models.rebuild(model);
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> models.all().stream()
                        .map(ReadModel::name)
                        .allMatch(name ->
                                !collections.liveName(name).equals(before.get(name)) && !collections.isBuilding(name)));
    }
}
