package org.consentledger.benchmarks;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.Sorts;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.bson.Document;

/** Measures the operations on all people, in a new ledger with a given number of people. */
final class Scale {

    /** Receives the results. */
    interface Report {
        void line(String name, double ours, double baseline, double target, String remark);
    }

    /** The number of people that are imported before the measurement, to warm up the JIT. */
    private static final int WARM_UP_PEOPLE = 20_000;

    /** Short operations are repeated for this time, until the JIT has compiled them. The last round counts. */
    private static final long WARM_UP_NANOS = Duration.ofSeconds(25).toNanos();

    private static final Duration SEARCHING = Duration.ofSeconds(5);
    private static final int PAGE = 50;
    private static final int BULK = 1_000;
    private static final long PAUSE_NANOS = 50_000_000;
    private static final long LAG_PAUSE_NANOS = 100_000_000;
    private static final String[] SOURCES = {"CRM_SYNC", "MANUAL_UPLOAD"};

    private final int people;
    private final int everybody;
    private final Report report;
    private final LedgerUnderTest ledger;
    private final MongoDatabase mongo;
    private final Jobs jobs;
    private final StoreBaselines baselines;

    private Scale(int people, LedgerUnderTest ledger, MongoClient client, Report report) {
        this.people = people;
        this.everybody = WARM_UP_PEOPLE + people;
        this.report = report;
        this.ledger = ledger;
        this.mongo = client.getDatabase("ledger");
        this.jobs = new Jobs(ledger);
        this.baselines = new StoreBaselines(ledger);
    }

    static void run(int people, Report report) throws Exception {
        try (var ledger = LedgerUnderTest.start(BenchMongo.DocumentForm.BYTES);
                var client = MongoClients.create(ledger.stores.getProperty("mongodb"))) {
            new Scale(people, ledger, client, report).run();
        }
    }

    private void run() throws Exception {
        imports();
        bulkOperations();
        rebuild();
        searchPage();
        new LedgerQueries(everybody, ledger, jobs, report).run();
    }

    private void imports() throws Exception {
        jobs.importPeople(0, WARM_UP_PEOPLE);
        var ours = jobs.importPeople(WARM_UP_PEOPLE, people);
        awaitPeople();
        report("import", ours, baselines.imported(everybody), 0.3, "");
    }

    private void bulkOperations() throws Exception {
        var ours = 0.0;
        var keptUp = 0.0;
        var after = 0.0;
        var round = 0;
        for (var begun = System.nanoTime(); round == 0 || System.nanoTime() - begun < WARM_UP_NANOS; round++) {
            var asked = System.nanoTime();
            ours = jobs.setSource(SOURCES[round % SOURCES.length], everybody);
            var done = System.nanoTime();
            awaitPeople();
            after = (System.nanoTime() - done) / 1e9;
            keptUp = everybody / ((System.nanoTime() - asked) / 1e9);
        }
        followers("stopped");
        var unfollowed = jobs.setSource(SOURCES[round % SOURCES.length], everybody);
        var started = System.nanoTime();
        followers("started");
        awaitPeople();
        var followed = everybody / ((System.nanoTime() - started) / 1e9);

        baselines.events(everybody); // the first round is the warm-up, as on our side
        var rows = baselines.events(everybody);
        report(
                "bulk-set-source",
                ours,
                rows,
                0.35,
                String.format(
                        Locale.ROOT, "read-models-stopped=%.0f copy=%.0f", unfollowed, baselines.copy(everybody)));
        report("bulk-set-source-vs-crud", ours, baselines.updates(everybody), 0.5, "");
        report(
                "live-projection",
                followed,
                rawBulkWrites(),
                0.3,
                String.format(Locale.ROOT, "while-a-bulk-job-writes=%.0f caught-up-after=%.1fs", keptUp, after));
    }

    /**
     * Stops or starts the projections. The baselines have the machine to themselves, so our writing and our projecting
     * are also measured separately.
     */
    private void followers(String state) throws IOException {
        Http.send(URI.create(ledger.base + "/api/raw/followers/" + state), "PUT", jobs.bearer("admin"), "", "");
    }

    private void rebuild() throws Exception {
        var ours = 0.0;
        var begun = System.nanoTime();
        for (int round = 0; round == 0 || System.nanoTime() - begun < WARM_UP_NANOS; round++) {
            ours = rebuildOnce();
        }
        rawBulkWrites();
        report("rebuild", ours, rawBulkWrites(), 0.5, "");
    }

    /**
     * Rebuilds the read model once and returns the documents per second, from the request until the new copy is live.
     */
    private double rebuildOnce() throws Exception {
        var before = live();
        var admin = jobs.bearer("admin");
        var begun = System.nanoTime();
        Http.send(URI.create(ledger.base + "/api/read-models/people/rebuilds"), "POST", admin, "application/json", "");
        while (live().equals(before)) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        var seconds = (System.nanoTime() - begun) / 1e9;
        while (pointer().containsKey("building")) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return everybody / seconds;
    }

    /** Copies all documents into a collection without further indexes. Only the writing is timed. */
    private double rawBulkWrites() {
        var target = mongo.getCollection("raw_bulk_write");
        target.drop();
        var nanos = 0L;
        var count = 0;
        var page = new ArrayList<Document>();
        try (var documents = people().find().batchSize(BULK).iterator()) {
            while (documents.hasNext()) {
                page.add(documents.next());
                if (page.size() == BULK || !documents.hasNext()) {
                    nanos += write(target, page);
                    count += page.size();
                    page.clear();
                }
            }
        }
        return count / (nanos / 1e9);
    }

    private static long write(MongoCollection<Document> target, List<Document> documents) {
        var writes = documents.stream()
                .map(document -> new ReplaceOneModel<>(
                        Filters.eq("_id", document.get("_id")), document, new ReplaceOptions().upsert(true)))
                .toList();
        var begun = System.nanoTime();
        target.bulkWrite(writes, new BulkWriteOptions().ordered(false));
        return System.nanoTime() - begun;
    }

    /**
     * Requests a page of the people whose last name has a given prefix, ordered by name. The baseline is the same find
     * with the driver.
     */
    private void searchPage() throws Exception {
        var sought = "last" + (everybody / PAGE / 2);
        var analyst = jobs.bearer("analyst");
        var uri = URI.create(ledger.base + "/api/people?q=" + sought + "&sort=name&limit=" + PAGE);
        Load.Operation api = (caller, call) -> Http.send(uri, "GET", analyst, "", null);
        var found = people();
        Load.Operation raw = (caller, call) -> found.find(
                        Filters.and(Filters.eq("erased", false), Filters.regex("search", "^" + sought)))
                .sort(Sorts.ascending("nameKey", "_id"))
                .limit(PAGE + 1)
                .into(new ArrayList<>());
        Load.run(1, SEARCHING, api);
        Load.run(1, SEARCHING, raw);
        var ours = Load.run(1, SEARCHING, api);
        var baseline = Load.run(1, SEARCHING, raw);
        report(
                "search-page",
                ours.perSecond(),
                baseline.perSecond(),
                0.5,
                String.format(Locale.ROOT, "p99=%.1fms", ours.p99Millis()));
    }

    private void awaitPeople() throws IOException {
        while (jobs.lag() > 0) {
            LockSupport.parkNanos(LAG_PAUSE_NANOS);
        }
    }

    private MongoCollection<Document> people() {
        return mongo.getCollection(live());
    }

    private String live() {
        return Objects.requireNonNull(pointer().getString("live"));
    }

    private Document pointer() {
        return Objects.requireNonNull(mongo.getCollection("read_models")
                .find(Filters.eq("_id", "people"))
                .first());
    }

    private void report(String name, double ours, double baseline, double target, String remark) throws IOException {
        report.line(
                name,
                ours,
                baseline,
                target,
                "people=%d peak-heap=%dMB %s"
                        .formatted(people, ledger.peakHeap(), remark)
                        .strip());
    }
}
