package org.consentledger.command.crm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import org.consentledger.command.CommandSideApplication;
import org.consentledger.command.jobs.JobServer;
import org.consentledger.foundation.http.ServerForTests;
import org.consentledger.foundation.store.PostgresForTests;
import org.consentledger.kernel.provenance.Role;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Tests the HTTP API of the sync with the whole command side; only Salesforce is a stand-in. */
class CrmSyncHttpTest {

    private static SalesforceStandIn salesforce;
    private static ServerForTests ledger;

    @BeforeAll
    static void start() {
        salesforce = new SalesforceStandIn(Clock.systemUTC());
        var settings = new ArrayList<>(JobServer.arguments(PostgresForTests.newDatabase()));
        settings.add("--ledger.salesforce.instance-url=" + salesforce.url());
        settings.add("--ledger.salesforce.client-id=" + SalesforceStandIn.CLIENT_ID);
        settings.add("--ledger.salesforce.client-secret=" + SalesforceStandIn.CLIENT_SECRET);
        settings.add("--ledger.salesforce.poll-interval=50ms");
        ledger = ServerForTests.start(CommandSideApplication.class, settings.toArray(String[]::new));
    }

    @AfterAll
    static void stop() {
        ledger.close();
        salesforce.close();
    }

    private static ServerForTests.Request request(String method, String path, Role role) {
        return ledger.request(method, path).token(ledger.issuer.token(role));
    }

    private static JsonNode syncNow() {
        var started = request("POST", "/api/crm-sync/runs", Role.OPERATOR).exchange();
        assertThat(started.status()).isEqualTo(202);
        return await().atMost(Duration.ofSeconds(30))
                .until(
                        () -> request("GET", started.header("Location"), Role.AUDITOR)
                                .exchange()
                                .json(),
                        run -> run.hasNonNull("endedAt"));
    }

    @Test
    void sync_now_fetches_what_changed_and_the_journal_says_why() {
        var record = salesforce.contact("door@example.org", true);

        var run = syncNow();

        assertThat(run.path("status").asString()).isEqualTo("COMPLETED");
        assertThat(run.path("startedBy").path("id").asString()).isNotEmpty();
        var line = request("GET", "/api/crm-sync/journal?winner=THEIRS&limit=1", Role.AUDITOR)
                .exchange()
                .json()
                .path("entries")
                .path(0);
        assertThat(line.path("recordId").asString()).isEqualTo(record.id);
        assertThat(line.path("object").asString()).isEqualTo("Contact");
        assertThat(line.path("field").asString()).isEqualTo("HasOptedOutOfEmail");
        assertThat(line.path("ours").asString()).isEqualTo("SUBSCRIBED");
        assertThat(line.path("theirs").asBoolean()).isTrue();
        assertThat(line.path("reason").asString()).isEqualTo("OPT_OUT_FOUND_AT_FIRST_MEETING");
        assertThat(line.path("outcome").asString()).isEqualTo("RECORDED");
        assertThat(line.path("direction").asString()).isEqualTo("PULL");
    }

    @Test
    void metrics_show_the_number_and_the_age_of_waiting_writes() {
        var record = salesforce.contact("watched@example.org", false);
        syncNow();
        salesforce.failRow(record, "FIELD_CUSTOM_VALIDATION_EXCEPTION");

        request("POST", "/api/unsubscribes", Role.OPERATOR)
                .json("{\"email\":\"watched@example.org\"}")
                .exchange();

        await().atMost(Duration.ofSeconds(20))
                .until(() ->
                        metric("ledger.salesforce.pushes") == 1 && metric("ledger.salesforce.pushes.oldest.age") >= 1);
        assertThat(metric("ledger.salesforce.pushes.set.aside")).isZero();
        syncNow();
        assertThat(metric("ledger.salesforce.pushes")).isZero();
        assertThat(metric("ledger.salesforce.pushes.oldest.age")).isZero();
    }

    private static double metric(String name) {
        return request("GET", "/actuator/metrics/" + name, Role.ADMIN)
                .exchange()
                .json()
                .path("measurements")
                .path(0)
                .path("value")
                .asDouble();
    }

    @Test
    void an_opt_out_is_written_at_once_without_a_requested_run() {
        var record = salesforce.contact("at-once@example.org", false);
        syncNow();

        request("POST", "/api/unsubscribes", Role.OPERATOR)
                .json("{\"email\":\"at-once@example.org\"}")
                .exchange();

        await().atMost(Duration.ofSeconds(5)).until(() -> record.optedOut);
    }

    @Test
    void the_journal_is_read_page_by_page_and_for_one_person() {
        salesforce.contact("page1@example.org", true);
        salesforce.contact("page2@example.org", true);
        syncNow();
        var seen = new ArrayList<String>();
        var after = "";
        do {
            var page = request("GET", "/api/crm-sync/journal?limit=1" + after, Role.OPERATOR)
                    .exchange()
                    .json();
            seen.add(page.path("entries").path(0).path("position").asString());
            after = page.hasNonNull("next") ? "&after=" + page.path("next").asString() : null;
        } while (after != null);

        var whole = request("GET", "/api/crm-sync/journal?limit=200", Role.OPERATOR)
                .exchange()
                .json()
                .path("entries");
        assertThat(seen)
                .isEqualTo(whole.valueStream()
                        .map(line -> line.path("position").asString())
                        .toList());
        var person = whole.path(0).path("personId").asString();
        assertThat(request("GET", "/api/crm-sync/journal?personId=" + person, Role.OPERATOR)
                        .exchange()
                        .json()
                        .path("entries")
                        .valueStream())
                .isNotEmpty()
                .allMatch(line -> line.path("personId").asString().equals(person));
    }

    @Test
    void the_status_is_shown() {
        syncNow();

        var status = request("GET", "/api/crm-sync", Role.OPERATOR).exchange().json();

        assertThat(status.path("on").asBoolean()).isTrue();
        assertThat(status.path("lastRun").path("status").asString()).isIn("COMPLETED", "QUEUED", "RUNNING");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=0",
                "limit=201",
                "limit=x",
                "after=0",
                "after=-1",
                "after=x",
                "winner=NOBODY",
                "personId=ada",
                "after=99999999999999999999"
            })
    void an_invalid_parameter_is_a_bad_request(String question) {
        assertThat(request("GET", "/api/crm-sync/journal?" + question, Role.OPERATOR)
                        .exchange()
                        .status())
                .isEqualTo(400);
    }

    @Test
    void each_request_needs_its_role() {
        assertThat(request("POST", "/api/crm-sync/runs", Role.AUDITOR)
                        .exchange()
                        .status())
                .isEqualTo(403);
        assertThat(request("POST", "/api/crm-sync/runs", Role.ANALYST)
                        .exchange()
                        .status())
                .isEqualTo(403);
        assertThat(request("GET", "/api/crm-sync/journal", Role.ANALYST)
                        .exchange()
                        .status())
                .isEqualTo(403);
        assertThat(ledger.request("GET", "/api/crm-sync").exchange().status()).isEqualTo(401);
        assertThat(request("POST", "/api/crm-sync/runs", Role.ADMIN).exchange().status())
                .isEqualTo(202);
    }

    @Test
    void an_unknown_run_is_not_found() {
        assertThat(request("GET", "/api/crm-sync/runs/7b1c0a2e-0000-4000-8000-000000000001", Role.OPERATOR)
                        .exchange()
                        .problem())
                .isEqualTo("unknown-run");
    }

    @Test
    void without_an_instance_url_no_run_can_be_started_and_the_journal_can_be_read() {
        var settings = JobServer.arguments(PostgresForTests.newDatabase()).toArray(String[]::new);
        try (var other = ServerForTests.start(CommandSideApplication.class, settings)) {
            var operator = other.issuer.token(Role.OPERATOR);
            var refused =
                    other.request("POST", "/api/crm-sync/runs").token(operator).exchange();
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.problem()).isEqualTo("crm-sync-off");
            assertThat(other.request("GET", "/api/crm-sync/journal")
                            .token(operator)
                            .exchange()
                            .json()
                            .path("entries")
                            .size())
                    .isZero();
            assertThat(other.request("GET", "/api/crm-sync")
                            .token(operator)
                            .exchange()
                            .json()
                            .path("on")
                            .asBoolean(true))
                    .isFalse();
        }
    }
}
