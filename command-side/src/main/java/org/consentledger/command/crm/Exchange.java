package org.consentledger.command.crm;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.consentledger.command.crm.SalesforceFault.Kind;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One request and its whole answer, within a time and a size. */
final class Exchange implements AutoCloseable {

    private static final long MOST_BYTES = 32L * 1024 * 1024;

    private final HttpClient client;
    private final Duration timeout;
    private final JsonMapper json;

    Exchange(Duration timeout, JsonMapper json) {
        this.timeout = timeout;
        this.json = json;
        // A redirect would carry the token to somewhere else
        client = HttpClient.newBuilder()
                .connectTimeout(timeout)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /** What came back. */
    final class Answer {

        private final HttpResponse<byte[]> response;

        private Answer(HttpResponse<byte[]> response) {
            this.response = response;
        }

        int status() {
            return response.statusCode();
        }

        JsonNode json() {
            try {
                var tree = json.readTree(response.body());
                if (tree.isMissingNode()) {
                    throw new SalesforceFault(Kind.UNREADABLE, "an empty answer");
                }
                return tree;
            } catch (JacksonException notJson) {
                throw new SalesforceFault(Kind.UNREADABLE, "not JSON");
            }
        }

        /** The server's own time, if it says. */
        Optional<Instant> date() {
            return response.headers().firstValue("Date").flatMap(date -> {
                try {
                    return Optional.of(Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date)));
                } catch (DateTimeParseException unreadable) {
                    return Optional.empty();
                }
            });
        }

        Optional<Duration> retryAfter() {
            return response.headers()
                    .firstValue("Retry-After")
                    .filter(seconds -> seconds.matches("[0-9]{1,6}"))
                    .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)));
        }
    }

    /** Sends, and waits for the last byte: the client's own time-out would end with the headers. */
    Answer send(HttpRequest.Builder request) {
        var answer = client.sendAsync(
                request.timeout(timeout).build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_BYTES));
        try {
            return new Answer(answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException stalled) {
            answer.cancel(true);
            throw new SalesforceFault(Kind.UNAVAILABLE, "no answer in time");
        } catch (ExecutionException failed) {
            var cause = failed.getCause();
            throw new SalesforceFault(
                    Kind.UNAVAILABLE,
                    cause == null ? "unknown" : cause.getClass().getSimpleName());
        } catch (InterruptedException stopped) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new SalesforceFault(Kind.STOPPED, null);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
