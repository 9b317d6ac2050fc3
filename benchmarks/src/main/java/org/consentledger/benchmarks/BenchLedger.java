package org.consentledger.benchmarks;

import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.axonframework.config.EventProcessingConfiguration;
import org.axonframework.eventhandling.EventProcessor;
import org.consentledger.foundation.http.Permits;
import org.consentledger.kernel.provenance.Role;
import org.consentledger.standalone.ConsentLedger;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.data.mongodb.MongoDatabaseFactory;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The standalone ledger with two additional controllers, behind the same server, filters and token check. One answers a
 * raw MongoDB find, the baseline of the compliance card. The other stops and starts the projections, so that writers
 * and projections can be measured separately.
 */
final class BenchLedger {

    @SuppressWarnings("FutureReturnValueIgnored") // the future ends the process, so there is nothing to wait for
    public static void main(String[] args) throws IOException {
        // The ledger ends with the benchmark's process, also after a crash.
        ProcessHandle.current().parent().ifPresent(parent -> parent.onExit().thenRun(() -> System.exit(1)));
        var context = ConsentLedger.application(Baseline.class).run(args);
        writeStoreAddresses(context.getEnvironment());
    }

    private static void writeStoreAddresses(Environment environment) throws IOException {
        var stores = new Properties();
        stores.setProperty("url", environment.getRequiredProperty("spring.datasource.url"));
        // The owner of the tables, as the application's role can't create those of the baselines
        stores.setProperty("user", environment.getRequiredProperty("spring.flyway.user"));
        stores.setProperty("password", environment.getRequiredProperty("spring.flyway.password"));
        stores.setProperty("mongodb", environment.getRequiredProperty("spring.mongodb.uri"));
        var written = Path.of(environment.getRequiredProperty("ledger.data-dir"), "stores.properties");
        var partial = written.resolveSibling("stores.partial");
        try (var out = Files.newOutputStream(partial)) {
            stores.store(out, null);
        }
        Files.move(partial, written);
    }

    @Configuration(proxyBeanMethods = false)
    @Import({RawController.class, FollowersController.class})
    static class Baseline {}

    @RestController
    static class RawController {

        private final MongoDatabase database;

        RawController(MongoDatabaseFactory databases) {
            database = databases.getMongoDatabase();
        }

        @GetMapping("/api/raw/{collection}/{id}")
        @Permits(Role.ANALYST)
        Map<String, Object> find(@PathVariable String collection, @PathVariable String id) {
            return Objects.requireNonNull(database.getCollection(collection)
                    .find(Filters.eq("_id", id))
                    .first());
        }
    }

    @RestController
    static class FollowersController {

        private final EventProcessingConfiguration processing;

        FollowersController(org.axonframework.config.Configuration axon) {
            processing = axon.eventProcessingConfiguration();
        }

        @PutMapping("/api/raw/followers/stopped")
        @Permits(Role.ADMIN)
        void stop() {
            processing.eventProcessors().values().forEach(EventProcessor::shutDown);
        }

        @PutMapping("/api/raw/followers/started")
        @Permits(Role.ADMIN)
        void start() {
            processing.eventProcessors().values().forEach(EventProcessor::start);
        }
    }

    private BenchLedger() {}
}
