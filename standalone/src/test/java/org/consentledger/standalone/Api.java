package org.consentledger.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A program's HTTP API, asked by clients that are known by their role. */
public final class Api implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();

    private final int port;
    private final UnaryOperator<String> tokens;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    Api(int port, UnaryOperator<String> tokens) {
        this.port = port;
        this.tokens = tokens;
    }

    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    /** Waits until the program takes requests; fails at once if it ends instead. */
    void awaitReady(JavaProcess program) {
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> !program.isAlive() || isReady());
        assertThat(program.isAlive()).as(program::log).isTrue();
    }

    private boolean isReady() {
        try {
            return send(HttpRequest.newBuilder(uri("/actuator/health/readiness")))
                            .statusCode()
                    == 200;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    public HttpResponse<String> get(String client, String path) {
        return send(authorized(client, path).GET());
    }

    public HttpResponse<String> send(String client, String method, String path, String body) {
        return send(authorized(client, path)
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body)));
    }

    public HttpRequest.Builder authorized(String client, String path) {
        return HttpRequest.newBuilder(uri(path)).header("Authorization", "Bearer " + tokens.apply(client));
    }

    public HttpResponse<String> send(HttpRequest.Builder request) {
        return send(http, request);
    }

    static HttpResponse<String> send(HttpClient through, HttpRequest.Builder request) {
        try {
            return through.send(request.timeout(Duration.ofMinutes(1)).build(), BodyHandlers.ofString(UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The answer's body, after a look at its status. */
    public static JsonNode json(int status, HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return JSON.readTree(answer.body());
    }

    @Override
    public void close() {
        http.close();
    }
}
