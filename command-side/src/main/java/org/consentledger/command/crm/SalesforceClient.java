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
 * Salesforce's REST API, as much of it as is needed. A refused token is renewed once, what passes is tried again with
 * growing pauses, and what doesn't pass is a {@link SalesforceFault}.
 */
final class SalesforceClient implements AutoCloseable {

    static final int MOST_ROWS = 200;

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final SalesforceSettings settings;
    private final Exchange exchange;
    private final AccessTokens tokens;
    private final JsonMapper json;
    private final Clock clock;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final AtomicLong calls = new AtomicLong();

    SalesforceClient(SalesforceSettings settings, JsonMapper json, Clock clock) {
        this.settings = settings;
        this.json = json;
        this.clock = clock;
        exchange = new Exchange(settings.timeout(), json);
        tokens = new AccessTokens(settings, exchange, json, clock);
    }

    /**
     * A page of a query's answer.
     *
     * @param next where the next page is; none after the last
     * @param readAt no later than when Salesforce looked
     */
    record Page(List<JsonNode> records, @Nullable String next, Instant readAt) {}

    /** The value that a record's opt-out field is to have. */
    record Write(RecordType type, String id, boolean optedOut) {}

    /**
     * What became of one {@link Write}.
     *
     * @param error Salesforce's code for what is wrong; none where it was written
     */
    record Written(@Nullable String error) {}

    /** Runs a query that finds deleted records too. */
    Page query(String soql) {
        return page("/services/data/%s/queryAll?q=%s".formatted(settings.apiVersion(), URLEncoder.encode(soql, UTF_8)));
    }

    /** The next page. It is on the same instance, whatever the answer before said. */
    Page next(String nextRecordsUrl) {
        if (!nextRecordsUrl.matches("/services/data/[A-Za-z0-9./_-]+") || nextRecordsUrl.contains("..")) {
            throw new SalesforceFault(Kind.UNREADABLE, "a next page somewhere else");
        }
        return page(nextRecordsUrl);
    }

    private Page page(String path) {
        var asked = clock.instant();
        return call(() -> request(path).GET(), (answer, said) -> {
            if (!said.path("records").isArray()) {
                throw new SalesforceFault(Kind.UNREADABLE, "no records");
            }
            var next = said.path("nextRecordsUrl").asString("");
            if (!said.path("done").asBoolean(false) && next.isEmpty()) {
                throw new SalesforceFault(Kind.UNREADABLE, "no next page");
            }
            var theirs = answer.date().orElse(asked);
            return new Page(
                    said.path("records").valueStream().toList(),
                    next.isEmpty() ? null : next,
                    theirs.isBefore(asked) ? theirs : asked);
        });
    }

    /** Writes up to {@link #MOST_ROWS} records with one call. Each has a result of its own, in the same order. */
    List<Written> write(List<Write> rows) {
        var body = json.writeValueAsString(Map.of(
                "allOrNone", false, "records", rows.stream().map(this::body).toList()));
        return call(
                () -> request("/services/data/%s/composite/sobjects".formatted(settings.apiVersion()))
                        .header("Content-Type", "application/json")
                        .method("PATCH", BodyPublishers.ofString(body)),
                (answer, said) -> {
                    if (!said.isArray() || said.size() != rows.size()) {
                        throw new SalesforceFault(Kind.UNREADABLE, "not one result for each row");
                    }
                    var results = new ArrayList<Written>();
                    for (var row : said) {
                        results.add(result(row));
                    }
                    return List.copyOf(results);
                });
    }

    private Map<String, Object> body(Write row) {
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
            throw new SalesforceFault(Kind.UNREADABLE, "a row without a result");
        }
        return row.path("success").asBoolean()
                ? new Written(null)
                : new Written(SalesforceFault.safe(
                        row.path("errors").path(0).path("statusCode").asString("")));
    }

    /** How many requests were sent, those for tokens left out. */
    long calls() {
        return calls.get();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(settings.instance().resolve(path)).header("Accept", "application/json");
    }

    private interface Reading<T> {
        T read(Exchange.Answer answer, JsonNode said);
    }

    private <T> T call(Supplier<HttpRequest.Builder> request, Reading<T> reading) {
        var renewed = false;
        var pause = settings.backOff();
        for (var attempt = 1; ; attempt++) {
            try {
                var token = tokens.token();
                calls.incrementAndGet();
                var answer = exchange.send(request.get().header("Authorization", "Bearer " + token));
                if (answer.status() == 401 && !renewed) {
                    renewed = true;
                    tokens.refused(token);
                    attempt--;
                    continue;
                }
                if (answer.status() == 429 || answer.status() >= 500) {
                    pause = longer(pause, answer.retryAfter().orElse(Duration.ZERO));
                    throw new SalesforceFault(Kind.UNAVAILABLE, "status " + answer.status());
                }
                if (answer.status() != 200) {
                    throw refusal(answer);
                }
                return reading.read(answer, answer.json());
            } catch (SalesforceFault fault) {
                var passes = fault.kind() == Kind.UNAVAILABLE || fault.kind() == Kind.UNREADABLE;
                if (!passes || attempt >= settings.attempts()) {
                    throw fault;
                }
            }
            pause(pause);
            pause = pause.multipliedBy(2);
        }
    }

    private static SalesforceFault refusal(Exchange.Answer answer) {
        var code = SalesforceFault.safe(answer.json().path(0).path("errorCode").asString(""));
        if (code.equals("REQUEST_LIMIT_EXCEEDED")) {
            return new SalesforceFault(Kind.REQUEST_LIMIT, code);
        }
        return new SalesforceFault(answer.status() == 401 ? Kind.LOGIN_REFUSED : Kind.REFUSED, code);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    private void pause(Duration duration) {
        var millis = Math.min(duration.toMillis(), LONGEST_PAUSE.toMillis());
        try {
            if (stopped.await(millis, TimeUnit.MILLISECONDS)) {
                throw new SalesforceFault(Kind.STOPPED, null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SalesforceFault(Kind.STOPPED, null);
        }
    }

    /** Ends what is under way; nothing can be asked afterwards. */
    @Override
    public void close() {
        stopped.countDown();
        exchange.close();
    }
}
