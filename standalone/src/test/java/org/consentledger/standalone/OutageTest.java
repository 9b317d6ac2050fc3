package org.consentledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.consentledger.standalone.Side.Program.COMMAND_SIDE;
import static org.consentledger.standalone.Side.Program.QUERY_SIDE;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * A store, or an instance of a side, goes away while commands come in. Requests are answered 503 meanwhile; afterwards
 * no acknowledged command is missing, and the read models catch up without help.
 */
class OutageTest {

    private static final int WRITERS = 3;
    private static final int OUTAGES = Boolean.getBoolean("ledger.tests.full") ? 3 : 1;
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final Duration TO_RECOVER = Duration.ofSeconds(60);

    /** Shortens the time until a query is answered 503. The tests ask that it is answered so, not when. */
    private static final List<String> IMPATIENT =
            List.of("--spring.datasource.hikari.connection-timeout=1000", "--ledger.read-models.mongodb-patience=1s");

    @TempDir
    static Path data;

    private static SharedStores stores;
    private static Side commands;
    private static Side queries;
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final Queue<String> registered = new ConcurrentLinkedQueue<>();
    private final Queue<String> optedOut = new ConcurrentLinkedQueue<>();
    private final Set<Integer> answers = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean enough = new AtomicBoolean();
    private final List<Future<?>> writers = new ArrayList<>();
    private ExecutorService pool;

    @BeforeAll
    static void start() {
        stores = new SharedStores(data);
        commands = stores.start(COMMAND_SIDE, IMPATIENT);
        queries = stores.start(QUERY_SIDE, IMPATIENT);
    }

    @AfterAll
    static void stop() {
        queries.close();
        commands.close();
        stores.close();
    }

    @BeforeEach
    void beginToWrite() {
        pool = Executors.newFixedThreadPool(WRITERS);
        for (int writer = 0; writer < WRITERS; writer++) {
            writers.add(pool.submit(this::write));
        }
        awaitMore(20);
    }

    @AfterEach
    void stopWriting() {
        enough.set(true);
        pool.close();
    }

    @Test
    void without_postgresql_commands_get_retry_after_and_each_retried_command_is_recorded_once() throws Exception {
        for (int outage = 0; outage < OUTAGES; outage++) {
            answers.clear();
            stores.stopPostgres();
            await().atMost(TO_RECOVER).until(() -> answers.contains(503) || hasFailed());
            assertComeAgain(
                    queries.api().get("operator", "/api/people/" + registered.peek() + "?asOf=" + Instant.now()));
            stores.startPostgres();
            awaitMore(20);
        }

        finish();
        assertThat(answers).containsOnly(200, 201, 503);
        assertThatReadModelsAreTheFold(queries);
    }

    @Test
    void
            without_mongodb_commands_contactability_and_the_audit_trail_continue_and_the_read_models_are_rebuilt_afterwards()
                    throws Exception {
        stores.stopMongo();
        awaitMore(20);
        assertComeAgain(queries.api().get("operator", "/api/people/" + registered.peek()));
        var recorded = registered.size() + optedOut.size();
        assertThat(optedOut).isNotEmpty();
        var asked = Api.json(
                200,
                queries.api()
                        .send(
                                "operator",
                                "POST",
                                "/api/contactability",
                                "{\"emails\":[\"" + String.join("\",\"", optedOut) + "\"]}"));
        assertThat(asked.findValuesAsString("rule")).containsOnly("UNSUBSCRIBED");
        assertThat(entriesOf(queries)).hasSizeGreaterThanOrEqualTo(recorded);
        stores.startMongo();

        awaitTheNewest();
        awaitMore(20);
        awaitTheNewest();
        finish();
        assertThat(answers).containsOnly(200, 201);
        assertThatReadModelsAreTheFold(queries);
    }

    @Test
    void two_instances_share_the_work_and_one_takes_over_when_the_other_is_killed() throws Exception {
        try (var second = stores.start(QUERY_SIDE, IMPATIENT)) {
            awaitMore(60);
            second.process().kill();
            awaitMore(20);
            awaitTheNewest();
        }
        finish();
        assertThatReadModelsAreTheFold(queries);
    }

    /** Registers one person after the other; every third opts out at once. */
    private void write() {
        while (!enough.get()) {
            var number = NUMBERS.incrementAndGet();
            var answer = sendUntilTaken("/api/people", "person-" + number, """
                    {"emails":["person-%d@example.org"],"source":{"type":"OTHER","description":"mark %d"}}""".formatted(number, number));
            if (number % 3 == 0) {
                sendUntilTaken("/api/unsubscribes", "opt-out-" + number, """
                        {"email":"person-%d@example.org"}""".formatted(number));
                optedOut.add("person-%d@example.org".formatted(number));
            }
            registered.add(Api.json(201, answer).get("personId").asString());
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private HttpResponse<String> sendUntilTaken(String path, String key, String body) {
        while (true) {
            var answer = commands.api()
                    .send(commands.api()
                            .authorized("operator", path)
                            .header("Content-Type", "application/json")
                            .header("Idempotency-Key", key)
                            .method("POST", BodyPublishers.ofString(body)));
            answers.add(answer.statusCode());
            if (answer.statusCode() < 300) {
                return answer;
            }
            assertComeAgain(answer);
        }
    }

    private static void assertComeAgain(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    }

    private void awaitMore(int people) {
        var goal = registered.size() + people;
        await().atMost(TO_RECOVER)
                .until(() -> registered.size() >= goal || writers.stream().anyMatch(Future::isDone));
        writers.stream().filter(Future::isDone).forEach(OutageTest::get);
    }

    private boolean hasFailed() {
        return writers.stream().anyMatch(Future::isDone);
    }

    /** Registers a person and waits until the read models show them. */
    private void awaitTheNewest() {
        awaitMore(WRITERS);
        var newest = new ArrayList<>(registered).getLast();
        await().atMost(TO_RECOVER)
                .until(() ->
                        queries.api().get("auditor", "/api/people/" + newest).statusCode() == 200);
    }

    private void finish() {
        enough.set(true);
        writers.forEach(OutageTest::get);
    }

    private static void get(Future<?> writer) {
        try {
            writer.get(2, TimeUnit.MINUTES);
        } catch (Exception e) {
            throw new AssertionError("A writer failed", e);
        }
    }

    /** Asks for all that was ever registered here: each person once, in every read model, and as the events say. */
    private void assertThatReadModelsAreTheFold(Side side) {
        var optOuts = NUMBERS.get() / 3;
        await().atMost(TO_RECOVER)
                .pollInterval(Duration.ofMillis(500))
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(entriesOf(side))
                        .hasSize(NUMBERS.get() + optOuts)
                        .doesNotHaveDuplicates());
        await().atMost(TO_RECOVER)
                .untilAsserted(() -> assertThat(Api.json(200, side.api().get("analyst", "/api/reports/opt-outs"))
                                .get("total")
                                .asInt())
                        .isEqualTo(optOuts));
        var people = peopleOf(side);
        assertThat(people).hasSize(NUMBERS.get()).containsAll(registered);
        var now = Instant.now();
        for (var person : registered) {
            assertThat(Api.json(200, side.api().get("auditor", "/api/people/" + person)))
                    .isEqualTo(Api.json(200, side.api().get("auditor", "/api/people/" + person + "?asOf=" + now)));
        }
    }

    private static List<String> entriesOf(Side side) {
        var found = new ArrayList<String>();
        pages(side, "/api/audit-trail?limit=200", "entries")
                .forEach(entry -> found.add(entry.get("personId").asString() + entry.get("version")));
        return found;
    }

    private static Set<String> peopleOf(Side side) {
        var found = new TreeSet<String>();
        pages(side, "/api/people?limit=200", "people")
                .forEach(person ->
                        assertThat(found.add(person.get("personId").asString())).isTrue());
        return found;
    }

    private static List<JsonNode> pages(Side side, String path, String list) {
        var found = new ArrayList<JsonNode>();
        var after = "";
        while (true) {
            var page = Api.json(200, side.api().get("auditor", path + after));
            page.get(list).forEach(found::add);
            if (page.get("next").isNull()) {
                return found;
            }
            after = "&after=" + page.get("next").asString();
        }
    }
}
