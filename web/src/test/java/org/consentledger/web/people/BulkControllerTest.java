package org.consentledger.web.people;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.consentledger.web.ledger.LedgerForTests;
import org.consentledger.web.ledger.WebSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.mock.web.MockHttpSession;
import org.springframework.ui.ExtendedModelMap;
import org.springframework.web.util.UriComponentsBuilder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class BulkControllerTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");

    /** A person in the stand-in below, which answers as the real ledger does: in keyset pages. */
    private record Listed(String id, Instant createdAt, Instant updatedAt) {

        private Map<String, Object> json() {
            var who = Map.of("id", "1", "name", "ada");
            return Map.of(
                    "personId", id,
                    "version", 1,
                    "emails", List.of(id + "@example.org"),
                    "phones", List.of(),
                    "createdAt", createdAt.toString(),
                    "updatedAt", updatedAt.toString(),
                    "createdBy", who,
                    "source", Map.of("type", "IMPORT", "setAt", createdAt.toString(), "setBy", who),
                    "subscription", Map.of("status", "SUBSCRIBED", "since", createdAt.toString()),
                    "erased", false);
        }
    }

    private final List<Listed> people = new ArrayList<>();
    private final List<JsonNode> started = new ArrayList<>();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        IntStream.range(0, 500)
                .mapToObj(second -> START.plusSeconds(second))
                .forEach(at -> people.add(new Listed("person-" + people.size(), at, at)));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/people", this::list);
        server.createContext("/api/bulk-operations", exchange -> {
            started.add(JSON.readTree(exchange.getRequestBody()));
            reply(exchange, Map.of("id", "1", "total", 500));
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void a_selection_by_a_search_contains_all_matches_even_if_some_change_meanwhile() {
        var address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        var bulk = new BulkController(
                LedgerForTests.queries(address),
                LedgerForTests.commands(address),
                new WebSettings(address, address, ZoneOffset.UTC));
        var session = new MockHttpSession();
        var words = RecentSearches.of(session).keep("example.org");

        bulk.start(
                "unsubscribe",
                new BulkController.Selected(null, true, null, null, null, words),
                new BulkController.Change(null, null, null, null, null, null, null, null),
                "key",
                session,
                new ExtendedModelMap(),
                new MockHttpServletResponse());

        assertThat(started)
                .singleElement()
                .satisfies(body -> assertThat(
                                body.at("/selection/personIds").valueStream().map(JsonNode::asString))
                        .containsExactlyInAnyOrderElementsOf(
                                people.stream().map(Listed::id).toList()));
    }

    private void list(HttpExchange exchange) throws IOException {
        var parameters =
                UriComponentsBuilder.fromUri(exchange.getRequestURI()).build().getQueryParams();
        var sort = parameters.getFirst("sort");
        var limit = Integer.parseInt(parameters.getFirst("limit"));
        var field = sort.endsWith("createdAt")
                ? (Function<Listed, Instant>) Listed::createdAt
                : (Function<Listed, Instant>) Listed::updatedAt;
        var order = sort.startsWith("-") ? Comparator.comparing(field).reversed() : Comparator.comparing(field);
        var last = parameters.getFirst("after");
        var after = last == null ? null : Instant.parse(URLDecoder.decode(last, UTF_8));
        var found = people.stream()
                .sorted(order)
                .filter(person -> after == null || isBehind(field.apply(person), after, sort))
                .toList();
        var page = found.subList(0, Math.min(limit, found.size()));
        var answer = new HashMap<String, Object>();
        answer.put("people", page.stream().map(Listed::json).toList());
        answer.put("total", people.size());
        answer.put(
                "next", page.size() < found.size() ? field.apply(page.getLast()).toString() : null);
        if (limit > 1) {
            changeSomebodyFromEachEnd();
        }
        reply(exchange, answer);
    }

    private static boolean isBehind(Instant value, Instant last, String sort) {
        return sort.startsWith("-") ? value.isBefore(last) : value.isAfter(last);
    }

    private void changeSomebodyFromEachEnd() {
        for (var index : List.of(10, people.size() - 10)) {
            var person = people.get(index);
            people.set(index, new Listed(person.id(), person.createdAt(), START.plusSeconds(9_000 + index)));
        }
    }

    private static void reply(HttpExchange exchange, Object body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        var bytes = JSON.writeValueAsString(body).getBytes(UTF_8);
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
