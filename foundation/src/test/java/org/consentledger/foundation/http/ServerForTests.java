package org.consentledger.foundation.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

/**
 * An application on a free port with a {@link TestIssuer}, and an HTTP client for it. Tests send real requests, so that
 * they test the real server.
 */
public final class ServerForTests implements AutoCloseable {

    public final TestIssuer issuer = TestIssuer.start();
    public final ConfigurableApplicationContext context;
    private final HttpClient client = HttpClient.newHttpClient();

    private ServerForTests(Class<?> application, String... settings) {
        var arguments = new ArrayList<String>(List.of(
                "--server.port=0",
                "--server.address=127.0.0.1",
                "--spring.config.location=classpath:foundation.yaml",
                "--LEDGER_POSTGRES_URL=none",
                "--LEDGER_POSTGRES_USER=none",
                "--LEDGER_POSTGRES_PASSWORD=none",
                "--LEDGER_KEY_ENCRYPTION_KEY=none",
                "--LEDGER_LOOKUP_SECRET=none",
                "--LEDGER_ISSUER_URI=" + issuer.uri()));
        arguments.addAll(List.of(settings));
        context = SpringApplication.run(application, arguments.toArray(String[]::new));
    }

    /** Starts an application with {@link HttpTestSlice}, with settings as on the command line. */
    public static ServerForTests start(Class<?> application, String... settings) {
        return new ServerForTests(application, settings);
    }

    public int port() {
        return ((WebServerApplicationContext) context).getWebServer().getPort();
    }

    /** Builds a request. {@link Request#exchange} sends it. */
    public Request request(String method, String path) {
        return new Request(method, path);
    }

    /** Sends the bytes of a malformed request, and returns the whole response. */
    String raw(String method, String address, String token) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            socket.getOutputStream().write("""
                    %s %s HTTP/1.1
                    Host: 127.0.0.1
                    Authorization: Bearer %s
                    Connection: close

                    """.formatted(method, address, token)
                    .replace("\n", "\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        context.close();
    }

    /** A builder of requests. */
    public final class Request {

        private final String method;
        private final String path;
        private final Map<String, String> headers = new LinkedHashMap<>();
        private HttpRequest.BodyPublisher body = BodyPublishers.noBody();

        private Request(String method, String path) {
            this.method = method;
            this.path = path;
        }

        public Request header(String name, String value) {
            headers.put(name, value);
            return this;
        }

        public Request token(String token) {
            return header("Authorization", "Bearer " + token);
        }

        public Request json(String json) {
            return json(json.getBytes(StandardCharsets.UTF_8));
        }

        public Request json(byte[] json) {
            headers.putIfAbsent("Content-Type", "application/json");
            body = BodyPublishers.ofByteArray(json);
            return this;
        }

        /** Sends a body without stating its length. */
        public Request chunked(InputStream bytes) {
            headers.putIfAbsent("Content-Type", "application/json");
            body = BodyPublishers.ofInputStream(() -> bytes);
            return this;
        }

        public Answer exchange() {
            try {
                var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                        .method(method, body);
                headers.forEach(request::header);
                return new Answer(client.send(request.build(), BodyHandlers.ofString()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    /** A response. */
    public record Answer(int status, Map<String, List<String>> headers, String body) {

        Answer(HttpResponse<String> response) {
            this(response.statusCode(), response.headers().map(), response.body());
        }

        public String header(String name) {
            return headers.entrySet().stream()
                    .filter(entry -> entry.getKey().equalsIgnoreCase(name))
                    .map(entry -> String.join(", ", entry.getValue()))
                    .findFirst()
                    .orElse("");
        }

        public JsonNode json() {
            return HttpJson.mapper().readTree(body);
        }

        /**
         * Returns the part of the problem type after the common prefix, or an empty text if the response is no problem.
         */
        public String problem() {
            if (!header("Content-Type").startsWith("application/problem+json")) {
                return "";
            }
            var type = json().path("type").asString("");
            var prefix = "urn:consent-ledger:problem:";
            return type.startsWith(prefix) ? type.substring(prefix.length()) : "";
        }

        /** Returns the fields that the problem names, in order. */
        public List<String> fields() {
            return json().path("errors")
                    .valueStream()
                    .map(error -> error.path("field").asString())
                    .toList();
        }
    }
}
