package org.consentledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The process is killed several times, each time at a random moment of some load. A writer that got an answer must find
 * its command recorded once; a writer that got none repeats the command under the same key, and must find it once as
 * well.
 */
class KillNineTest {

    private static final int KILLS = Boolean.getBoolean("ledger.tests.full") ? 20 : 4;
    private static final int WRITERS = 4;
    private static final long SEED = 20_261_124;

    @TempDir
    Path data;

    private final AtomicInteger numbers = new AtomicInteger();

    @Test
    void acknowledged_commands_are_recorded_once_and_the_read_models_are_the_fold_of_the_events() throws Exception {
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        var writers = new ArrayList<Writer>();
        for (int number = 0; number < WRITERS; number++) {
            writers.add(new Writer());
        }
        for (int kill = 0; kill < KILLS; kill++) {
            try (var ledger = LedgerProcess.start(data)) {
                writeUntilKilled(ledger, writers, random);
            }
        }
        try (var ledger = LedgerProcess.start(data)) {
            for (var writer : writers) {
                writer.finish(ledger.api());
                writer.verify(ledger.api());
            }
        }
        assertThat(writers).as("there was some load").allMatch(writer -> writer.confirmed.size() > KILLS);
    }

    /** The moment of the kill is drawn in commands and then some: now and then one is under way. */
    private static void writeUntilKilled(LedgerProcess ledger, List<Writer> writers, RandomGenerator random)
            throws Exception {
        var commands = 5 + random.nextInt(120);
        var sent = new AtomicInteger();
        try (var pool = Executors.newFixedThreadPool(WRITERS)) {
            var running = new ArrayList<Future<?>>();
            for (var writer : writers) {
                running.add(pool.submit(() -> {
                    while (writer.send(ledger.api())) {
                        if (sent.incrementAndGet() == commands) {
                            ledger.process().kill();
                        }
                    }
                }));
            }
            for (var writer : running) {
                writer.get(2, TimeUnit.MINUTES);
            }
        }
    }

    /** Registers a person now and then, and gives them one source after the other, each with a text of its own. */
    private final class Writer {

        /** A command by its number, and its person. */
        private record Confirmed(String person, int number, long version) {}

        private final List<Confirmed> confirmed = new ArrayList<>();
        private String person = "";
        private int pending = -1;

        /** Sends the next command, or the one that wasn't answered; false if there is no answer. */
        boolean send(Api api) {
            if (pending < 0) {
                pending = numbers.getAndIncrement();
            }
            JsonNode answer;
            try {
                answer = person.isEmpty() || pending % 7 == 0 ? register(api) : setSource(api);
            } catch (UncheckedIOException killed) {
                return false;
            }
            person = answer.get("personId").asString();
            confirmed.add(new Confirmed(person, pending, answer.get("version").asLong()));
            pending = -1;
            return true;
        }

        void finish(Api api) {
            assertThat(pending < 0 || send(api)).isTrue();
        }

        private JsonNode register(Api api) {
            return Api.json(201, sendOnce(api, "POST", "/api/people", """
                            {"emails":["person-%d@example.org"],"source":{"type":"OTHER","description":"%s"}}""".formatted(pending, mark(pending))));
        }

        private JsonNode setSource(Api api) {
            return Api.json(
                    200, sendOnce(api, "PUT", "/api/people/" + person + "/source", """
                            {"type":"OTHER","description":"%s"}""".formatted(mark(pending))));
        }

        private HttpResponse<String> sendOnce(Api api, String method, String path, String body) {
            return api.send(api.authorized("operator", path)
                    .header("Content-Type", "application/json")
                    .header("Idempotency-Key", "command-" + pending)
                    .method(method, BodyPublishers.ofString(body)));
        }

        void verify(Api api) {
            var now = Instant.now();
            confirmed.stream().map(Confirmed::person).distinct().forEach(id -> {
                var last = confirmed.stream()
                        .filter(command -> command.person().equals(id))
                        .reduce((first, second) -> second)
                        .orElseThrow();
                var trail = Api.json(
                        200,
                        api.get(
                                "auditor",
                                "/api/people/" + id + "/audit-trail?limit=200&minVersion=" + last.version()));
                var recorded = new ArrayList<String>();
                trail.get("entries")
                        .forEach(entry -> entry.get("changes").forEach(change -> {
                            if (change.get("field").asString().equals("source.description")) {
                                recorded.add(change.get("to").asString());
                            }
                        }));
                assertThat(recorded)
                        .containsExactlyElementsOf(confirmed.stream()
                                .filter(command -> command.person().equals(id))
                                .map(command -> mark(command.number()))
                                .toList());
                assertThat(Api.json(200, api.get("auditor", "/api/people/" + id)))
                        .as("the read model is the fold of the events")
                        .isEqualTo(Api.json(200, api.get("auditor", "/api/people/" + id + "?asOf=" + now)));
            });
        }

        private static String mark(int number) {
            return "mark " + number;
        }
    }
}
