package org.consentledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Sixty-four clients want something of the same person at the same time. */
@ExtendWith(SharedLedger.class)
class ManyClientsTest {

    private static final int CLIENTS = 64;
    private static final int ROUNDS = 5;

    @Test
    void each_accepted_command_is_one_version_and_each_rejection_has_a_reason(LedgerProcess ledger) throws Exception {
        var api = ledger.api();
        var person = Api.json(201, api.send("operator", "POST", "/api/people", """
                            {"emails":["ada@example.org"],"source":{"type":"IMPORT"}}"""))
                .get("personId")
                .asString();

        var unconditional = statuses((client, round) -> setSource(api, person, client, round, "*"));
        assertThat(unconditional)
                .as("without a condition each one gets its turn")
                .containsOnly(200);

        var version = 1 + CLIENTS * ROUNDS;
        var conditional = statuses(
                (client, round) -> setSource(api, person, CLIENTS + client, round, "\"" + (version + round) + "\""));
        assertThat(conditional).containsOnly(200, 412);
        var accepted = conditional.stream().filter(status -> status == 200).count();
        assertThat(accepted).isPositive();

        var shown = Api.json(200, api.get("operator", "/api/people/" + person + "?minVersion=" + (version + accepted)));
        assertThat(shown.get("version").asLong()).isEqualTo(version + accepted);
    }

    private static HttpResponse<String> setSource(Api api, String person, int client, int round, String version) {
        return api.send(api.authorized("operator", "/api/people/" + person + "/source")
                .header("Content-Type", "application/json")
                .header("If-Match", version)
                .PUT(BodyPublishers.ofString(
                        "{\"type\":\"OTHER\",\"description\":\"by %d in %d\"}".formatted(client, round))));
    }

    private interface Request {
        HttpResponse<String> send(int client, int round);
    }

    private static List<Integer> statuses(Request request) throws Exception {
        var statuses = new ArrayList<Integer>();
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int number = 0; number < ROUNDS; number++) {
                var round = number;
                var calls = new ArrayList<Callable<Integer>>();
                for (int count = 0; count < CLIENTS; count++) {
                    var client = count;
                    calls.add(() -> request.send(client, round).statusCode());
                }
                for (var answered : pool.invokeAll(calls)) {
                    statuses.add(answered.get());
                }
            }
        }
        return statuses;
    }
}
