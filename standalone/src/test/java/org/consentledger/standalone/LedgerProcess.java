package org.consentledger.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.json.JsonMapper;

/** The ledger as its users have it: a process of its own, spoken to over HTTP, that can be stopped and killed. */
public final class LedgerProcess implements AutoCloseable {

    /** Shared by all tests, as unpacking takes longer than starting. */
    public static final Path PROGRAMS = Path.of("target", "postgres-programs").toAbsolutePath();

    private final Path data;
    private final int port;
    private final JavaProcess process;
    private final Api api;
    private final Map<String, String> tokens = new ConcurrentHashMap<>();

    private LedgerProcess(Path data, int port, JavaProcess process) {
        this.data = data;
        this.port = port;
        this.process = process;
        this.api = new Api(port, this::token);
    }

    /** Starts the ledger on a free port and waits until it says that it is ready. */
    public static LedgerProcess start(Path data, String... arguments) {
        return startAt(JavaProcess.freePort(), data, arguments);
    }

    /** As {@link #start}, on a port that others know already. */
    public static LedgerProcess startAt(int port, Path data, String... arguments) {
        return ready(launch(data, port, arguments));
    }

    /** Starts the ledger so that the virtual machine learns from it, once it has stopped. */
    static LedgerProcess startToLearn(Path data, List<String> options) {
        return ready(launch(options, data, JavaProcess.freePort()));
    }

    private static LedgerProcess ready(LedgerProcess ledger) {
        try {
            ledger.api.awaitReady(ledger.process);
            return ledger;
        } catch (RuntimeException | Error e) {
            ledger.close();
            throw e;
        }
    }

    /** Starts the ledger and waits for nothing. */
    static LedgerProcess launch(Path data, int port, String... arguments) {
        return launch(AheadOfTimeCache.options(), data, port, arguments);
    }

    private static LedgerProcess launch(List<String> options, Path data, int port, String... arguments) {
        var all = new ArrayList<>(List.of(
                "--server.port=" + port, "--ledger.data-dir=" + data, "--ledger.postgres.programs-dir=" + PROGRAMS));
        all.addAll(List.of(arguments));
        return new LedgerProcess(data, port, JavaProcess.launch(ConsentLedger.class, options, Map.of(), all));
    }

    public Path data() {
        return data;
    }

    public int port() {
        return port;
    }

    public Api api() {
        return api;
    }

    JavaProcess process() {
        return process;
    }

    /** The secret of a client, as the credentials file has it. */
    public String clientSecret(String client) {
        return secret("clients", "clientId", client, "clientSecret");
    }

    /** The password of a user, as the credentials file has it. */
    public String password(String user) {
        return secret("users", "username", user, "password");
    }

    /** The secret of the pages, as the keys file has it. */
    public String webClientSecret() {
        return new JsonMapper()
                .readTree(data.resolve("keys.json"))
                .get("webClientSecret")
                .asString();
    }

    private String secret(String kind, String nameField, String name, String secretField) {
        var credentials = new JsonMapper().readTree(data.resolve("credentials.json"));
        for (var entry : credentials.get(kind)) {
            if (entry.get(nameField).asString().equals(name)) {
                return entry.get(secretField).asString();
            }
        }
        throw new AssertionError("No " + name + " among the " + kind);
    }

    /** A token of this client, asked for once. */
    public String token(String client) {
        return tokens.computeIfAbsent(
                client,
                name -> Api.json(200, requestToken(HttpClient.newHttpClient(), name, clientSecret(name)))
                        .get("access_token")
                        .asString());
    }

    public HttpResponse<String> requestToken(HttpClient through, String client, String secret) {
        var basic = Base64.getEncoder().encodeToString((client + ":" + secret).getBytes(UTF_8));
        return Api.send(
                through,
                HttpRequest.newBuilder(api.uri("/oauth2/token"))
                        .header("Authorization", "Basic " + basic)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString("grant_type=client_credentials")));
    }

    @Override
    public void close() {
        api.close();
        process.close();
    }
}
