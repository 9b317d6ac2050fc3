package org.consentledger.benchmarks;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.regex.Pattern;

/** Requests the page with the list of people as a signed-in user: with filters, count and fifty rows. */
final class PeoplePage implements AutoCloseable {

    /** The target for the 95th percentile of the page's response time. */
    static final double TARGET_P95_MILLIS = 300;

    private static final Pattern CSRF_TOKEN =
            Pattern.compile("action=\"/login\".*?name=\"_csrf\" value=\"([^\"]+)\"", Pattern.DOTALL);

    private final String base;
    private final HttpClient browser = HttpClient.newBuilder()
            .cookieHandler(new CookieManager())
            .followRedirects(Redirect.NORMAL)
            .build();

    PeoplePage(String base) {
        this.base = base;
    }

    void signIn(String user, String password) throws IOException, InterruptedException {
        var form = CSRF_TOKEN.matcher(get("/people"));
        if (!form.find()) {
            throw new IllegalStateException("The response has no login form");
        }
        var body =
                "username=%s&password=%s&_csrf=%s".formatted(encoded(user), encoded(password), encoded(form.group(1)));
        send(HttpRequest.newBuilder(URI.create(base + "/login"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body)));
    }

    /** Requests the page repeatedly and returns the 95th percentile of its response time in milliseconds. */
    double p95Millis(Duration time) throws IOException, InterruptedException {
        var end = System.nanoTime() + time.toNanos();
        var took = new ArrayList<Long>();
        while (System.nanoTime() < end) {
            var begun = System.nanoTime();
            if (!get("/people").contains("class=\"people\"")) {
                throw new IllegalStateException("The response is not the list of people");
            }
            took.add(System.nanoTime() - begun);
        }
        took.sort(null);
        return took.get((int) (took.size() * 0.95)) / 1e6;
    }

    private String get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(base + path)));
    }

    private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
        var answer = browser.send(request.header("Accept", "text/html").build(), BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(answer.uri() + " -> " + answer.statusCode());
        }
        return answer.body();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        browser.close();
    }
}
