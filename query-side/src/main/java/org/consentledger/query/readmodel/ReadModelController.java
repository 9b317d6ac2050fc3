package org.consentledger.query.readmodel;

import java.util.List;
import org.consentledger.foundation.http.HttpProblem;
import org.consentledger.foundation.http.Permits;
import org.consentledger.kernel.provenance.Role;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Lists the read models with their lag, and starts a rebuild of one. */
@RestController
class ReadModelController {

    private final ReadModels models;
    private final LiveCollections collections;

    ReadModelController(ReadModels models, LiveCollections collections) {
        this.models = models;
        this.collections = collections;
    }

    @GetMapping("/api/read-models")
    @Permits({Role.ADMIN, Role.AUDITOR, Role.ANALYST})
    Listing list() {
        return new Listing(models.all().stream()
                .map(model -> new Line(
                        model.name(),
                        collections.liveName(model.name()).orElse(null),
                        models.lagOf(model),
                        models.deadLettersOf(model).size()))
                .toList());
    }

    @PostMapping(path = "/api/read-models/{name}/rebuilds", produces = MediaType.APPLICATION_JSON_VALUE)
    @Permits(Role.ADMIN)
    ResponseEntity<Void> rebuild(@PathVariable String name) {
        var model = models.named(name)
                .orElseThrow(() ->
                        new HttpProblem(HttpStatus.NOT_FOUND, "unknown-read-model", "There is no such read model."));
        if (!models.rebuild(model)) {
            throw new HttpProblem(
                    HttpStatus.CONFLICT, "rebuild-under-way", "A rebuild of this read model is under way.");
        }
        return ResponseEntity.accepted().build();
    }

    record Listing(List<Line> readModels) {}

    /**
     * One read model.
     *
     * @param collection its live collection in MongoDB; null before its first build
     */
    record Line(String name, @Nullable String collection, long lag, long deadLetters) {}
}
