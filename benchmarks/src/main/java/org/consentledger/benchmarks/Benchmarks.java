package org.consentledger.benchmarks;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.ReplaceOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;
import org.bson.Document;
import tools.jackson.databind.json.JsonMapper;

/** Runs all benchmarks, prints a line for each, and writes the table of results. */
final class Benchmarks {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int REGISTERED = 20_000;
    private static final int REGISTRARS = 16;

    /** The number of registered people that the benchmarks query and change. */
    private static final int PEOPLE = 5_000;

    private static final int BULK = 1_000;
    private static final int REBUILDS = 30;

    /** Polling without a pause would take a processor from the measured work. */
    private static final long POLL_INTERVAL_NANOS = Duration.ofMillis(2).toNanos();

    /** The number of measured rounds of each benchmark. The median counts, because the machine's speed varies. */
    private static final int ROUNDS = 5;

    /** On two processors the JIT takes about a minute to compile the whole path of a command. */
    private static final Duration COMMANDS_WARM_UP = Duration.ofSeconds(60);

    private static final Duration WARM_UP = Duration.ofSeconds(6);

    /** Longer than the others, because no benchmark before this one has read histories. */
    private static final Duration HISTORIES_WARM_UP = Duration.ofSeconds(30);

    private static final Duration MEASURED = Duration.ofSeconds(5);
    private static final int[] CALLERS = {1, 8, 32};

    private final LedgerUnderTest ledger;
    private final MongoDatabase mongo;
    private final String operator;
    private final String analyst;
    private final List<String> people = new ArrayList<>();
    private final List<Line> lines;

    private record Line(String name, double ours, double baseline, double target, String remark) {

        String text() {
            return String.format(
                    Locale.ROOT,
                    "BENCH %s ours=%s baseline=%s ratio=%.2f target=%.2f%s",
                    name,
                    rate(ours),
                    rate(baseline),
                    ours / baseline,
                    target,
                    remark.isEmpty() ? "" : " " + remark);
        }

        /** Formats slow rates with two decimals, because a whole number per second would be too coarse. */
        static String rate(double perSecond) {
            return String.format(Locale.ROOT, perSecond < 10 ? "%.2f" : "%.0f", perSecond);
        }
    }

    private Benchmarks(LedgerUnderTest ledger, MongoClient client, List<Line> lines) throws IOException {
        this.ledger = ledger;
        this.lines = lines;
        mongo = client.getDatabase("ledger");
        operator = "Bearer " + ledger.token("operator");
        analyst = "Bearer " + ledger.token("analyst");
    }

    public static void main(String[] args) throws Exception {
        var lines = new ArrayList<Line>();
        var memory = 0L;
        if (Boolean.parseBoolean(System.getProperty("ledger.benchmark.single", "true"))) {
            try (var ledger = LedgerUnderTest.start(BenchMongo.DocumentForm.OBJECTS);
                    var client = MongoClients.create(ledger.stores.getProperty("mongodb"))) {
                new Benchmarks(ledger, client, lines).run();
                memory = ledger.peakMemory();
            }
        }
        try {
            atScale(lines);
        } finally {
            // Writes the table also after a failure, which may come half an hour after the first line
            if (args.length > 0) {
                Files.writeString(Path.of(args[0]), table(lines, memory));
            }
        }
    }

    /**
     * Runs the benchmarks of {@link Scale} for each requested number of people, and reports how the cost per person
     * grows from the first number to the last.
     */
    private static void atScale(List<Line> lines) throws Exception {
        var rates = new LinkedHashMap<String, List<Double>>();
        for (var people : System.getProperty("ledger.benchmark.people", "10000").split(",", -1)) {
            Scale.run(Integer.parseInt(people.strip()), (name, ours, baseline, target, remark) -> {
                rates.computeIfAbsent(name, first -> new ArrayList<>()).add(ours);
                report(lines, name, ours, baseline, target, remark);
            });
        }
        rates.forEach((name, rate) -> {
            if (rate.size() > 1) {
                report(
                        lines,
                        name + "-cost-growth",
                        1e6 / rate.getLast(),
                        1e6 / rate.getFirst(),
                        1.3,
                        "us-per-item less-is-better");
            }
        });
    }

    private void run() throws Exception {
        register();
        rebuild();
        singleCommands();
        complianceCards();
        peoplePage();
        asOf();
    }

    private void register() throws Exception {
        var registered = new String[REGISTERED];
        var next = new AtomicInteger();
        try (var pool = Executors.newFixedThreadPool(REGISTRARS)) {
            var registrars = new ArrayList<Callable<Void>>();
            for (int registrar = 0; registrar < REGISTRARS; registrar++) {
                registrars.add(() -> {
                    for (int number = next.getAndIncrement(); number < REGISTERED; number = next.getAndIncrement()) {
                        registered[number] = register(number);
                    }
                    return null;
                });
            }
            for (var done : pool.invokeAll(registrars)) {
                done.get();
            }
        }
        people.addAll(Arrays.asList(registered).subList(0, PEOPLE));
    }

    private String register(int number) throws IOException {
        var body = """
                {"firstName":"First%1$d","lastName":"Last%1$d","company":"Company %2$d","emails":["p%1$d@example.org"],
                 "phones":["+49 30 %1$d"],"source":{"type":"MANUAL_UPLOAD"},
                 "authorization":{"type":"LEGITIMATE_INTEREST"}}""".formatted(number, number % 100);
        return JSON.readTree(post("/api/people", operator, body))
                .get("personId")
                .asString();
    }

    /** Each caller alternates the source of its own people, so that each command records one event. */
    private void singleCommands() throws Exception {
        try (var connection = ledger.connect();
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE raw_row (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, row bytea)");
        }
        var rounds = new int[PEOPLE];
        commands(32, COMMANDS_WARM_UP, rounds);
        for (var callers : CALLERS) {
            var ours = new ArrayList<Load.Result>();
            var baseline = new ArrayList<Double>();
            for (int time = 0; time < ROUNDS; time++) {
                ours.add(commands(callers, MEASURED, rounds));
                baseline.add(rawInserts(callers, MEASURED));
            }
            var usual = median(ours, Load.Result::perSecond);
            report(
                    "commands-http-" + callers,
                    usual.perSecond(),
                    median(baseline, Double::doubleValue),
                    callers == 32 ? 0.4 : 0.25,
                    p99(usual));
        }
        slowDisk(rounds);
    }

    private static <T> T median(List<T> all, ToDoubleFunction<T> rate) {
        return all.stream().sorted(Comparator.comparingDouble(rate)).toList().get(all.size() / 2);
    }

    /**
     * Runs commands and raw inserts with commits that take a millisecond longer. A single caller of the raw insert
     * shows that the delay works.
     */
    private void slowDisk(int[] rounds) throws Exception {
        var baselines = new StoreBaselines(ledger);
        baselines.slowDisk(true);
        try {
            var ours = commands(32, MEASURED, rounds);
            var baseline = rawInserts(32, MEASURED);
            var alone = rawInserts(1, MEASURED);
            report(
                    "commands-http-32-slow-disk",
                    ours.perSecond(),
                    baseline,
                    1.0,
                    "%s raw-alone=%.0f".formatted(p99(ours), alone));
        } finally {
            baselines.slowDisk(false);
        }
    }

    private Load.Result commands(int callers, Duration time, int[] rounds) throws Exception {
        return Load.run(callers, time, (caller, call) -> {
            var index = caller + callers * (call % (PEOPLE / callers));
            var type = rounds[index]++ % 2 == 0 ? "CRM_SYNC" : "IMPORT";
            Http.send(
                    URI.create(ledger.base + "/api/people/" + people.get(index) + "/source"),
                    "PUT",
                    operator,
                    "application/json",
                    "{\"type\":\"" + type + "\"}");
        });
    }

    /** Inserts one row of the size of an event per commit. Each caller has its own connection. */
    private double rawInserts(int callers, Duration time) throws Exception {
        var connections = new Connection[callers];
        for (int caller = 0; caller < callers; caller++) {
            connections[caller] = ledger.connect();
            connections[caller].setAutoCommit(false);
        }
        try {
            var row = new byte[600];
            return Load.run(callers, time, (caller, call) -> {
                        try (var insert =
                                connections[caller].prepareStatement("INSERT INTO raw_row (row) VALUES (?)")) {
                            insert.setBytes(1, row);
                            insert.executeUpdate();
                            connections[caller].commit();
                        }
                    })
                    .perSecond();
        } finally {
            for (var connection : connections) {
                connection.close();
            }
        }
    }

    private void complianceCards() throws Exception {
        var live = live();
        cards(WARM_UP);
        raw(live, WARM_UP);
        var ours = cards(MEASURED);
        report("compliance-card", ours.perSecond(), raw(live, MEASURED).perSecond(), 0.7, p99(ours));
    }

    private Load.Result cards(Duration time) throws InterruptedException, ExecutionException {
        return Load.run(8, time, (caller, call) -> get("/api/people/%s/compliance-card", caller, call));
    }

    private Load.Result raw(String live, Duration time) throws InterruptedException, ExecutionException {
        return Load.run(8, time, (caller, call) -> get("/api/raw/" + live + "/%s", caller, call));
    }

    private void get(String path, int caller, int call) throws IOException {
        var person = people.get((caller * 613 + call) % PEOPLE);
        Http.send(URI.create(ledger.base + path.formatted(person)), "GET", analyst, "", null);
    }

    /**
     * Compares the page with the API response that it is rendered from. The result is in milliseconds, so less is
     * better.
     */
    private void peoplePage() throws Exception {
        Load.Operation api = (caller, call) ->
                Http.send(URI.create(ledger.base + "/api/people?limit=50&count=true"), "GET", analyst, "", null);
        try (var page = new PeoplePage(ledger.base)) {
            page.signIn("operator", ledger.password("operator"));
            page.p95Millis(WARM_UP);
            var ours = page.p95Millis(MEASURED);
            Load.run(1, WARM_UP, api);
            var baseline = Load.run(1, MEASURED, api).p99Millis();
            report(
                    "people-page-p95-ms",
                    ours,
                    baseline,
                    PeoplePage.TARGET_P95_MILLIS / baseline,
                    "target-p95=%.0fms people=%d baseline=p99-of-the-api"
                            .formatted(PeoplePage.TARGET_P95_MILLIS, PEOPLE));
        }
    }

    /**
     * Requests the compliance card of a person with a hundred events as of now: each request reads, decrypts and folds
     * all of them.
     */
    private void asOf() throws Exception {
        var person = people.getFirst();
        var today = LocalDate.now(ZoneOffset.UTC);
        var version = 0L;
        for (int number = 0; version < 100; number++) {
            var body = "{\"type\":\"CONSENT\",\"dateOfConsent\":\"%s\",\"purposeOfProcessing\":\"Purpose %d\"}"
                    .formatted(today.minusDays(1), number);
            var answer = Http.send(
                    URI.create(ledger.base + "/api/people/" + person + "/authorization"),
                    "PUT",
                    operator,
                    "application/json",
                    body);
            version = JSON.readTree(answer).get("version").asLong();
        }
        var now = Instant.now();
        var path = ledger.base + "/api/people/" + person + "/compliance-card";
        Load.Operation asOf = (caller, call) -> Http.send(URI.create(path + "?asOf=" + now), "GET", analyst, "", null);
        Load.Operation current = (caller, call) -> Http.send(URI.create(path), "GET", analyst, "", null);
        Load.run(1, HISTORIES_WARM_UP, asOf);
        var ours = Load.run(1, MEASURED, asOf);
        var baseline = Load.run(1, MEASURED, current);
        report(
                "as-of-100-events",
                ours.perSecond(),
                baseline.perSecond(),
                0,
                "events=%d p99=%.1fms target-p99=10ms".formatted(version, ours.p99Millis()));
    }

    /** Alternates our rebuild and the baseline, so that the machine's varying speed affects both alike. */
    private void rebuild() throws Exception {
        rebuildOnce();
        var documents = mongo.getCollection(live()).find().into(new ArrayList<>());
        var ours = new ArrayList<Double>();
        var baseline = new ArrayList<Double>();
        for (int time = 0; time < REBUILDS; time++) {
            ours.add(rebuildOnce());
            baseline.add(rawBulkWrites(documents));
        }
        report(
                "rebuild-people",
                medianOfLast(ours),
                medianOfLast(baseline),
                0.5,
                "documents=" + documents.size() + " events=" + events());
    }

    /** Returns the median of the last rounds. The rounds before them are the warm-up. */
    private static double medianOfLast(List<Double> rates) {
        return median(rates.subList(rates.size() - ROUNDS, rates.size()), Double::doubleValue);
    }

    /**
     * Rebuilds the read model once and returns the documents per second, from the request until the new copy is live.
     */
    private double rebuildOnce() throws Exception {
        var before = live();
        var admin = "Bearer " + ledger.token("admin");
        var begun = System.nanoTime();
        post("/api/read-models/people/rebuilds", admin, "");
        while (live().equals(before)) {
            LockSupport.parkNanos(POLL_INTERVAL_NANOS);
        }
        var seconds = (System.nanoTime() - begun) / 1e9;
        while (building()) {
            LockSupport.parkNanos(POLL_INTERVAL_NANOS);
        }
        return REGISTERED / seconds;
    }

    private double rawBulkWrites(List<Document> documents) {
        var target = mongo.getCollection("raw_bulk_write");
        target.drop();
        var begun = System.nanoTime();
        for (int from = 0; from < documents.size(); from += BULK) {
            var writes = documents.subList(from, Math.min(from + BULK, documents.size())).stream()
                    .map(document -> new ReplaceOneModel<>(
                            Filters.eq("_id", document.get("_id")), document, new ReplaceOptions().upsert(true)))
                    .toList();
            target.bulkWrite(writes, new BulkWriteOptions().ordered(false));
        }
        return documents.size() / ((System.nanoTime() - begun) / 1e9);
    }

    private String live() {
        return Objects.requireNonNull(pointer().getString("live"));
    }

    private boolean building() {
        return pointer().containsKey("building");
    }

    private Document pointer() {
        return Objects.requireNonNull(mongo.getCollection("read_models")
                .find(Filters.eq("_id", "people"))
                .first());
    }

    private long events() throws SQLException {
        try (var connection = ledger.connect();
                var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT count(*) FROM event")) {
            row.next();
            return row.getLong(1);
        }
    }

    private String post(String path, String token, String body) throws IOException {
        return Http.send(URI.create(ledger.base + path), "POST", token, "application/json", body);
    }

    private static String p99(Load.Result result) {
        return String.format(Locale.ROOT, "p99=%.1fms", result.p99Millis());
    }

    private void report(String name, double ours, double baseline, double target, String remark) {
        report(lines, name, ours, baseline, target, remark);
    }

    private static void report(
            List<Line> lines, String name, double ours, double baseline, double target, String remark) {
        var line = new Line(name, ours, baseline, target, remark);
        lines.add(line);
        System.out.println(line.text());
    }

    private static String table(List<Line> lines, long peakMemory) {
        var table = new StringBuilder("""
                # Results

                Written by the benchmarks; see `benchmarks/`. Ratios carry over to other machines, absolute figures don't. The load
                generator, the ledger (heap 512 MB), PostgreSQL and the MongoDB-wire server are processes that share the machine.

                %s, %d processors, Java %s, peak resident memory of the ledger %d MB

                | Benchmark | ours per s | baseline per s | ratio | target | |
                |---|---|---|---|---|---|
                """.formatted(
                        LocalDate.now(ZoneOffset.UTC),
                        Runtime.getRuntime().availableProcessors(),
                        Runtime.version(),
                        peakMemory >> 20));
        for (var line : lines) {
            table.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %s | %.2f | %.2f | %s |%n",
                    line.name(),
                    Line.rate(line.ours()),
                    Line.rate(line.baseline()),
                    line.ours() / line.baseline(),
                    line.target(),
                    line.remark()));
        }
        return table.toString();
    }
}
