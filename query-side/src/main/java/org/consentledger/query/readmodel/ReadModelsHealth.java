package org.consentledger.query.readmodel;

import java.util.LinkedHashMap;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/** Reports UP once every read model has folded the events that the ledger held when the program started. */
final class ReadModelsHealth extends AbstractHealthIndicator {

    private final ReadModels models;

    ReadModelsHealth(ReadModels models) {
        super("The read models can't be reached");
        this.models = models;
    }

    @Override
    protected void doHealthCheck(Health.Builder health) {
        var caughtUp = true;
        for (var model : models.all()) {
            var details = new LinkedHashMap<String, Object>();
            var ready = models.hasCaughtUp(model);
            details.put("caughtUp", ready);
            details.put("lag", models.lagOf(model));
            details.put("deadLetters", models.deadLettersOf(model).size());
            health.withDetail(model.name(), details);
            caughtUp &= ready;
        }
        if (caughtUp) {
            health.up();
        } else {
            health.outOfService();
        }
    }
}
