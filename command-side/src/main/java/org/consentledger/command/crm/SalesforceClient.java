package org.consentledger.command.crm;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.consentledger.command.crm.SalesforceFault.Kind;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Client of Salesforce's REST API: queries and bulk writes. It renews a refused token once, retries transient errors
 * with growing pauses, and throws a {@link SalesforceFault} for all other errors.
 */
final class SalesforceClient implements AutoCloseable {

    static final int MAX_ROWS = 200;

    private static final Duration MAX_PAUSE = Duration.ofMinutes(1);

    private final SalesforceSettings settings;
    private final JsonHttpClient http;
    private final AccessTokens tokens;
    private final JsonMapper json;
    private final Clock clock;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final AtomicLong calls = new AtomicLong();

    SalesforceClient(SalesforceSettings settings, JsonMapper json, Clock clock) {
        this.settings = settings;
        this.json = json;
        this.clock = clock;
        http = new JsonHttpClient(settings.timeout(), json);
        tokens = new AccessTokens(settings, http, json, clock);
    }

    /**
     * One page of the result of a query.
     *
     * @param next path of the next page; null on the last page
     * @param readAt a time at or before the moment at which Salesforce ran the query, by the earlier of both clocks
     */
    record Page(List<JsonNode> records, @Nullable String next, Instant readAt) {}

    /** A new value for the opt-out field of a record. */
    record Write(RecordType type, String id, boolean optedOut) {}

    /**
     * The result of one {@link Write}.
     *
     * @param error Salesforce's error code; null on success
     */
    record Written(@Nullable String error) {}

    /** Runs a query. Its result includes deleted records. */
    Page query(String soql) {
        return page("/services/data/%s/queryAll?q=%s".formatted(settings.apiVersion(), URLEncoder.encode(soql, UTF_8)));
    }

    /**
     * Reads the next page. The path MUST lead to the same instance, so that no response can send the token elsewhere.
     */
    Page next(String nextRecordsUrl) {
        if (!nextRecordsUrl.matches("/services/data/[A-Za-z0-9./_-]+") || nextRecordsUrl.contains("..")) {
            throw new SalesforceFault(Kind.UNREADABLE, "the next page is on another host");
        }
        return page(nextRecordsUrl);
    }

    private Page page(String path) {
        var requestedAt = clock.instant();
        return call(() -> request(path).GET(), (response, body) -> {
            if (!body.path("records").isArray()) {
                throw new SalesforceFault(Kind.UNREADABLE, "no records");
            }
            var next = body.path("nextRecordsUrl").asString("");
            if (!body.path("done").asBoolean(false) && next.isEmpty()) {
                throw new SalesforceFault(Kind.UNREADABLE, "no next page");
            }
            var theirs = response.date().orElse(requestedAt);
            return new Page(
                    body.path("records").valueStream().toList(),
                    next.isEmpty() ? null : next,
                    theirs.isBefore(requestedAt) ? theirs : requestedAt);
        });
    }

    /** Writes up to {@link #MAX_ROWS} records with one call. Returns one result for each, in the same order. */
    List<Written> write(List<Write> rows) {
        var content = json.writeValueAsString(Map.of(
                "allOrNone", false, "records", rows.stream().map(this::toJson).toList()));
        return call(
                () -> request("/services/data/%s/composite/sobjects".formatted(settings.apiVersion()))
                        .header("Content-Type", "application/json")
                        .method("PATCH", BodyPublishers.ofString(content)),
                (response, body) -> {
                    if (!body.isArray() || body.size() != rows.size()) {
                        throw new SalesforceFault(Kind.UNREADABLE, "the results do not match the rows");
                    }
                    var results = new ArrayList<Written>();
                    for (var row : body) {
                        results.add(result(row));
                    }
                    return List.copyOf(results);
                });
    }

    private Map<String, Object> toJson(Write row) {
        return Map.of(
                "attributes",
                Map.of("type", row.type().apiName()),
                "id",
                row.id(),
                settings.optOutField(),
                row.optedOut());
    }

    private static Written result(JsonNode row) {
        if (!row.path("success").isBoolean()) {
            throw new SalesforceFault(Kind.UNREADABLE, "a row has no result");
        }
        return row.path("success").asBoolean()
                ? new Written(null)
                : new Written(SalesforceFault.safe(
                        row.path("errors").path(0).path("statusCode").asString("")));
    }

    /** Returns the number of requests so far, without those for tokens. */
    long calls() {
        return calls.get();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(settings.instance().resolve(path)).header("Accept", "application/json");
    }

    private interface ResponseReader<T> {
        T read(JsonHttpClient.Response response, JsonNode body);
    }

    private <T> T call(Supplier<HttpRequest.Builder> request, ResponseReader<T> reader) {
        var renewed = false;
        var pause = settings.backOff();
        for (var attempt = 1; ; attempt++) {
            try {
                var token = tokens.token();
                calls.incrementAndGet();
                var response = http.send(request.get().header("Authorization", "Bearer " + token));
                if (response.status() == 401 && !renewed) {
                    renewed = true;
                    tokens.refused(token);
                    attempt--;
                    continue;
                }
                if (response.status() == 429 || response.status() >= 500) {
                    pause = longer(pause, response.retryAfter().orElse(Duration.ZERO));
                    throw new SalesforceFault(Kind.UNAVAILABLE, "status " + response.status());
                }
                if (response.status() != 200) {
                    throw refusal(response);
                }
                return reader.read(response, response.json());
            } catch (SalesforceFault fault) {
                var isTransient = fault.kind() == Kind.UNAVAILABLE || fault.kind() == Kind.UNREADABLE;
                if (!isTransient || attempt >= settings.attempts()) {
                    throw fault;
                }
            }
            pause(pause);
            pause = pause.multipliedBy(2);
        }
    }

    private static SalesforceFault refusal(JsonHttpClient.Response response) {
        var code =
                SalesforceFault.safe(response.json().path(0).path("errorCode").asString(""));
        if (code.equals("REQUEST_LIMIT_EXCEEDED")) {
            return new SalesforceFault(Kind.REQUEST_LIMIT, code);
        }
        return new SalesforceFault(response.status() == 401 ? Kind.LOGIN_REFUSED : Kind.REFUSED, code);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    private void pause(Duration duration) {
        var millis = Math.min(duration.toMillis(), MAX_PAUSE.toMillis());
        try {
            if (stopped.await(millis, TimeUnit.MILLISECONDS)) {
                throw new SalesforceFault(Kind.STOPPED, null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SalesforceFault(Kind.STOPPED, null);
        }
    }

    /** Ends the current request. Later ones fail with {@link Kind#STOPPED}. */
    @Override
    public void close() {
        stopped.countDown();
        http.close();
    }
}
