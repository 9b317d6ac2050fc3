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

/** HTTP client that reads the whole response as JSON, and limits its time and its size. */
final class JsonHttpClient implements AutoCloseable {

    private static final long MAX_BYTES = 32L * 1024 * 1024;

    private final HttpClient client;
    private final Duration timeout;
    private final JsonMapper json;

    JsonHttpClient(Duration timeout, JsonMapper json) {
        this.timeout = timeout;
        this.json = json;
        // A redirect would send the token to another host
        client = HttpClient.newBuilder()
                .connectTimeout(timeout)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /** A response with its whole body. */
    final class Response {

        private final HttpResponse<byte[]> response;

        private Response(HttpResponse<byte[]> response) {
            this.response = response;
        }

        int status() {
            return response.statusCode();
        }

        JsonNode json() {
            try {
                var tree = json.readTree(response.body());
                if (tree.isMissingNode()) {
                    throw new SalesforceFault(Kind.UNREADABLE, "an empty response");
                }
                return tree;
            } catch (JacksonException notJson) {
                throw new SalesforceFault(Kind.UNREADABLE, "not JSON");
            }
        }

        /** Returns the time of the server from the Date header, or empty if the header is absent or malformed. */
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

    /**
     * Sends a request and waits for the last byte of the response, at most for the time-out. The time-out of
     * {@link HttpRequest} alone would not do: it ends with the headers.
     */
    Response send(HttpRequest.Builder request) {
        var response = client.sendAsync(
                request.timeout(timeout).build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_BYTES));
        try {
            return new Response(response.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException stalled) {
            response.cancel(true);
            throw new SalesforceFault(Kind.UNAVAILABLE, "no response in time");
        } catch (ExecutionException failed) {
            var cause = failed.getCause();
            throw new SalesforceFault(
                    Kind.UNAVAILABLE,
                    cause == null ? "unknown" : cause.getClass().getSimpleName());
        } catch (InterruptedException stopped) {
            response.cancel(true);
            Thread.currentThread().interrupt();
            throw new SalesforceFault(Kind.STOPPED, null);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
