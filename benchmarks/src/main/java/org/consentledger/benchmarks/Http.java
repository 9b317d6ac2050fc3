package org.consentledger.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * A blocking HTTP client of the JDK with one kept-alive connection per thread. It takes little of the machine's time.
 */
final class Http {

    static {
        System.setProperty("http.maxConnections", "64");
    }

    /** Sends a request and returns the body of the response. It throws unless the status is a success. */
    static String send(URI uri, String method, String authorization, String contentType, @Nullable String body)
            throws IOException {
        var connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setRequestMethod(method);
        connection.setRequestProperty("Authorization", authorization);
        if (body != null) {
            connection.setRequestProperty("Content-Type", contentType);
            connection.setDoOutput(true);
            var bytes = body.getBytes(UTF_8);
            connection.setFixedLengthStreamingMode(bytes.length);
            try (var out = connection.getOutputStream()) {
                out.write(bytes);
            }
        }
        if (connection.getResponseCode() >= 300) {
            try (var error = connection.getErrorStream()) {
                throw new IOException(method + " " + uri + " -> " + connection.getResponseCode()
                        + (error == null ? "" : " " + new String(error.readAllBytes(), UTF_8)));
            }
        }
        try (var in = connection.getInputStream()) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    private Http() {}
}
