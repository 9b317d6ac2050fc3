package org.consentledger.web.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.context.support.TestPropertySourceUtils;

/** Answers the pages instead of both sides, in the way that a test wants, the slow and the broken among them. */
public final class LedgerStandIn implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    private static final Map<String, Answer> ANSWERS = new ConcurrentHashMap<>();
    private static final HttpServer SERVER = start();

    /** What a path is answered with. */
    @FunctionalInterface
    public interface Answer {
        void to(Question question) throws IOException;
    }

    /** What the pages ask. */
    public record Question(HttpExchange exchange) {

        /** The value of a parameter; empty if it was not sent. */
        public String parameter(String name) {
            var query = exchange.getRequestURI().getQuery();
            return query == null
                    ? ""
                    : Arrays.stream(query.split("&"))
                            .filter(pair -> pair.startsWith(name + "="))
                            .map(pair -> pair.substring(name.length() + 1))
                            .collect(Collectors.joining());
        }

        public void json(int status, String json) throws IOException {
            var body = json.getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /** What is asked under a path from now on is answered so. */
    public static void answer(String path, Answer answer) {
        ANSWERS.put(path, answer);
    }

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        var url = "http://127.0.0.1:" + SERVER.getAddress().getPort();
        TestPropertySourceUtils.addInlinedPropertiesToEnvironment(
                context, "LEDGER_COMMANDS_URL=" + url, "LEDGER_QUERIES_URL=" + url);
    }

    private static HttpServer start() {
        try {
            var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            var threads = Executors.newVirtualThreadPerTaskExecutor();
            server.setExecutor(threads);
            server.createContext("/", exchange -> {
                try (exchange) {
                    ANSWERS.getOrDefault(exchange.getRequestURI().getPath(), question -> question.json(404, "{}"))
                            .to(new Question(exchange));
                }
            });
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
