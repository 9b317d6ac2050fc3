package org.consentledger.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.consentledger.testdata.TestData;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** The whole story once, as its users live it: through the API, with tokens, in a process of its own. */
class OnePathTest {

    private static final String EXPORT_HEADER =
            "First Name,Last Name,Company,Title,Email ID,Phone Number,Website,Other,Updated At,Created At,"
                    + "Salesforce ID,Person ID,Facebook,Twitter,LinkedIn,Exported At";

    @TempDir
    Path data;

    /** What a person has on the people page and that no command of others may move. */
    private record Shown(String personId, long version) {}

    /** The thousands of people from outside only in the full dose. */
    private static Stream<TestData> files() {
        return TestData.present()
                .filter(data -> data == TestData.LOOK_ALIKES || Boolean.getBoolean("ledger.tests.full"));
    }

    @ParameterizedTest
    @MethodSource("files")
    void from_an_import_to_an_erasure_and_back(TestData testData) {
        var ours = testData == TestData.LOOK_ALIKES;
        var contacts = testData.text(ours ? "contacts/salesforce-240.csv" : "contacts/salesforce-5000.csv");
        var expected = ours ? 240 : 5_000;
        try (var ledger = LedgerProcess.start(data)) {
            var api = ledger.api();
            var imported = importFile(api, contacts);
            assertThat(imported.get("changed").asInt()).as(imported.toString()).isEqualTo(expected);
            assertThat(imported.get("failed").asInt()).isZero();
            var people = people(api, expected);

            var sources = bulk(api, """
                    {"command":"SET_SOURCE","source":{"type":"CRM_SYNC"},"selection":{"all":true}}""");
            assertThat(sources.get("changed").asInt()).isEqualTo(people.size());
            var consents = bulk(api, """
                    {"command":"SET_AUTHORIZATION","selection":{"filter":{"source":"CRM_SYNC"}},
                     "authorization":{"type":"CONSENT","dateOfConsent":"2026-11-01","purposeOfProcessing":"News"}}""");
            assertThat(consents.get("changed").asInt()).isEqualTo(people.size());

            var addresses = people.keySet().stream().sorted().toList();
            var returning = addresses.get(0);
            var leaving = addresses.get(1);
            var before = Instant.now();
            for (var address : List.of(returning, leaving)) {
                ok(api.send(
                        "operator",
                        "POST",
                        "/api/unsubscribes",
                        "{\"email\":\"" + address.toUpperCase(Locale.ROOT) + "\"}"));
            }
            assertThat(contactability(api, leaving)).isEqualTo("UNSUBSCRIBED");
            comeBack(api, people.get(returning).personId());
            readBack(api, people.get(returning).personId(), people.get(leaving).personId(), before);
            export(api, people.get(leaving).personId(), leaving);
            assertThat(contactability(api, returning)).isEqualTo("ALLOWED");

            eraseAndImportAgain(api, contacts, expected, people.get(leaving).personId(), leaving);

            assertThat(ledger.process().log())
                    .doesNotContain(" ERROR ")
                    .doesNotContainIgnoringCase(returning)
                    .doesNotContainIgnoringCase(leaving)
                    .doesNotContain("Quersumme");
        }
    }

    /** Only an admin, who attests it, lifts an opt-out. */
    private static void comeBack(Api api, String person) {
        var today = LocalDate.now(ZoneOffset.UTC);
        ok(api.send("operator", "POST", "/api/people/" + person + "/resubscribe-requests", """
                {"dateOfConsent":"%s","purposeOfProcessing":"News","givenHow":"by phone","reference":"call 77"}""".formatted(today)));
        var approval = "{\"attested\":true,\"reason\":\"heard the call\"}";
        var path = "/api/people/" + person + "/resubscribe-approval";
        assertThat(api.send("operator", "POST", path, approval).statusCode()).isEqualTo(403);
        ok(api.send("admin", "POST", path, approval));
    }

    private static void readBack(Api api, String returned, String left, Instant before) {
        await().atMost(Duration.ofMinutes(3)).untilAsserted(() -> {
            assertThat(card(api, left, "").get("subscription").get("status").asString())
                    .isEqualTo("UNSUBSCRIBED");
            assertThat(card(api, returned, "").get("subscription").get("status").asString())
                    .isEqualTo("SUBSCRIBED");
        });
        var earlier = card(api, left, "?asOf=" + before);
        assertThat(earlier.get("subscription").get("status").asString()).isEqualTo("SUBSCRIBED");
        assertThat(earlier.get("authorization").get("type").asString()).isEqualTo("CONSENT");
        assertThat(card(api, left, "?asOf=" + Instant.now())
                        .get("subscription")
                        .get("status")
                        .asString())
                .isEqualTo("UNSUBSCRIBED");

        var history = ok(api.get("operator", "/api/people/" + returned + "/unsubscribe-history"));
        assertThat(history.get("entries").findValuesAsString("details"))
                .containsExactlyInAnyOrder("Unsubscribe", "Resubscribe");
        var trail = ok(api.get("auditor", "/api/people/" + returned + "/audit-trail"));
        assertThat(trail.get("entries").findValuesAsString("type"))
                .contains(
                        "PersonRegistered",
                        "SourceSet",
                        "AuthorizationSet",
                        "Unsubscribed",
                        "ResubscribeRequested",
                        "ResubscribeApproved");
        assertThat(api.get("operator", "/api/people/" + returned + "/audit-trail")
                        .statusCode())
                .isEqualTo(403);
    }

    private static void export(Api api, String person, String address) {
        var recorded = api.send("operator", "POST", "/api/people/" + person + "/exports", "");
        assertThat(recorded.statusCode()).as(recorded.body()).isEqualTo(201);
        var version = Api.json(201, recorded).get("version").asLong();
        var csv =
                api.get("operator", recorded.headers().firstValue("Location").orElseThrow() + "?minVersion=" + version);
        assertThat(csv.statusCode()).as(csv.body()).isEqualTo(200);
        var lines = csv.body().split("\r\n");
        assertThat(lines[0]).isEqualTo("\uFEFF" + EXPORT_HEADER);
        assertThat(lines).hasSize(2);
        assertThat(lines[1]).contains(address, person);
    }

    /** The opt-out outlives the person's data and affects no other person. */
    private static void eraseAndImportAgain(Api api, String contacts, int expected, String person, String address) {
        var others = people(api, expected);
        others.remove(address);
        var erased = ok(api.send("admin", "DELETE", "/api/people/" + person, "{\"reason\":\"asked for it\"}"));
        assertThat(api.send("operator", "PUT", "/api/people/" + person + "/source", "{\"type\":\"OTHER\"}")
                        .statusCode())
                .isEqualTo(410);
        var gone = ok(api.get(
                "auditor",
                "/api/people/" + person + "?minVersion=" + erased.get("version").asLong()));
        assertThat(gone.get("erased").asBoolean()).isTrue();
        assertThat(gone.toString()).doesNotContain(address);

        var again = importFile(api, contacts);
        assertThat(again.get("changed").asInt()).as(again.toString()).isEqualTo(1);
        assertThat(again.get("unchanged").asInt()).isEqualTo(expected - 1);

        var people = people(api, expected);
        var newcomer = people.remove(address);
        assertThat(newcomer.personId()).isNotEqualTo(person);
        assertThat(card(api, newcomer.personId(), "")
                        .get("subscription")
                        .get("status")
                        .asString())
                .isEqualTo("UNSUBSCRIBED");
        assertThat(people).isEqualTo(others);
    }

    private static JsonNode importFile(Api api, String content) {
        var boundary = "the-end-of-a-part";
        var body = "--" + boundary + "\r\n"
                + "Content-Disposition: form-data; name=\"file\"; filename=\"contacts.csv\"\r\n"
                + "Content-Type: text/csv\r\n\r\n" + content + "\r\n--" + boundary + "--\r\n";
        return finished(
                api,
                api.send(api.authorized("operator", "/api/imports")
                        .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                        .POST(BodyPublishers.ofString(body, UTF_8))));
    }

    private static JsonNode bulk(Api api, String operation) {
        return finished(api, api.send("operator", "POST", "/api/bulk-operations", operation));
    }

    private static JsonNode finished(Api api, HttpResponse<String> accepted) {
        assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
        var location = accepted.headers().firstValue("Location").orElseThrow();
        await().atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> !List.of("QUEUED", "RUNNING")
                        .contains(
                                ok(api.get("operator", location)).get("status").asString()));
        var job = ok(api.get("operator", location));
        assertThat(job.get("status").asString()).as(job.toString()).isEqualTo("COMPLETED");
        return job;
    }

    /** Returns all people with an address by address, once the read model has caught up with the ledger. */
    private static Map<String, Shown> people(Api api, int expected) {
        await().atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> lag(api) == 0
                        && ok(api.get("operator", "/api/people?count=true&limit=1"))
                                        .get("total")
                                        .asInt()
                                == expected);
        var all = new HashMap<String, Shown>();
        var pages = new ArrayList<String>(List.of(""));
        while (!pages.isEmpty()) {
            var page = ok(api.get("operator", "/api/people?limit=200" + pages.removeLast()));
            for (var person : page.get("people")) {
                for (var address : person.get("emails")) {
                    all.put(
                            address.asString(),
                            new Shown(
                                    person.get("personId").asString(),
                                    person.get("version").asLong()));
                }
            }
            if (page.hasNonNull("next")) {
                pages.add("&after=" + page.get("next").asString());
            }
        }
        assertThat(all).hasSize(expected);
        return all;
    }

    private static long lag(Api api) {
        for (var model : ok(api.get("auditor", "/api/read-models")).get("readModels")) {
            if (model.get("name").asString().equals("people")) {
                return model.get("lag").asLong();
            }
        }
        throw new AssertionError("There is no read model of people");
    }

    private static JsonNode card(Api api, String person, String query) {
        return ok(api.get("operator", "/api/people/" + person + "/compliance-card" + query));
    }

    private static String contactability(Api api, String address) {
        return ok(api.send("operator", "POST", "/api/contactability", "{\"emails\":[\"" + address + "\"]}"))
                .get("results")
                .get(0)
                .get("because")
                .get("rule")
                .asString();
    }

    private static JsonNode ok(HttpResponse<String> answer) {
        return Api.json(200, answer);
    }
}
