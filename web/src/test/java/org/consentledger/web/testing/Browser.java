package org.consentledger.web.testing;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.springframework.core.env.Environment;

/** Asks the pages over HTTP, as it takes a real connection to see one broken off. */
public final class Browser {

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Environment environment;

    Browser(Environment environment) {
        this.environment = environment;
    }

    public HttpResponse<String> get(String path) throws IOException {
        return get(path, BodyHandlers.ofString());
    }

    public <T> HttpResponse<T> get(String path, BodyHandler<T> body) throws IOException {
        var address = "http://127.0.0.1:" + environment.getRequiredProperty("local.server.port") + path;
        try {
            return http.send(
                    HttpRequest.newBuilder(URI.create(address))
                            .header("Accept", "text/html,*/*;q=0.8")
                            .timeout(Duration.ofSeconds(20))
                            .build(),
                    body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
