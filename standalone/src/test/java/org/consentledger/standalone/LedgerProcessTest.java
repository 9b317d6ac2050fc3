package org.consentledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

class LedgerProcessTest {

    @TempDir
    Path data;

    @Test
    void keys_tokens_and_the_sample_people_survive_a_kill_and_a_stop_and_are_not_added_twice() {
        String token;
        var settings = new String[] {"--ledger.issuer=http://ledger.example.org", "--ledger.sample-data=true"};
        try (var ledger = LedgerProcess.start(data, settings)) {
            token = ledger.token("admin");
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(people(ledger)).isEqualTo(50));
            ledger.process().kill();
        }
        assertThat(data.resolve("postgres").resolve("postmaster.pid")).exists();
        try (var ledger = LedgerProcess.start(data, settings)) {
            assertThat(ledger.api()
                            .send(HttpRequest.newBuilder(ledger.api().uri("/actuator/metrics"))
                                    .header("Authorization", "Bearer " + token))
                            .statusCode())
                    .isEqualTo(200);
            assertThat(people(ledger)).isEqualTo(50);
            ledger.process().stop();
            assertThat(ledger.process().log()).contains("PostgreSQL is stopped").doesNotContain("Connection refused");
        }
        assertThat(data.resolve("postgres").resolve("postmaster.pid")).doesNotExist();
    }

    @Test
    @ExtendWith(SharedLedger.class)
    void a_second_process_on_the_directory_reports_it_and_exits(LedgerProcess first) {
        try (var second = LedgerProcess.launch(first.data(), JavaProcess.freePort())) {
            assertThat(second.process().exitCode()).isEqualTo(1);
            assertThat(second.process().log())
                    .contains("is in use by another ledger (process "
                            + first.process().pid() + ")")
                    .contains("LEDGER_DATA_DIR")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void a_port_in_use_is_named_and_no_process_is_left_running() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var ledger = LedgerProcess.launch(data, taken.getLocalPort())) {
            assertThat(ledger.process().exitCode()).isEqualTo(1);
            assertThat(ledger.process().log())
                    .contains("Port " + taken.getLocalPort() + " was already in use")
                    .doesNotContain("\tat ");
        }
        assertThat(data.resolve("postgres").resolve("postmaster.pid")).doesNotExist();
    }

    @Test
    @ExtendWith(SharedLedger.class)
    void the_first_output_has_the_address_and_the_credentials_file(LedgerProcess ledger) {
        assertThat(ledger.process().log())
                .contains("Consent Ledger is ready on http://127.0.0.1:" + ledger.port())
                .contains(ledger.data().resolve("credentials.json").toString())
                .doesNotContain(ledger.clientSecret("admin"), ledger.password("admin"));
    }

    private static int people(LedgerProcess ledger) {
        return Api.json(200, ledger.api().get("operator", "/api/people?limit=100"))
                .get("people")
                .size();
    }
}
