package org.consentledger.command.person;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consentledger.kernel.provenance.Role.ADMIN;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.consentledger.foundation.http.HttpJson;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.PersonCommand.ErasePerson;
import org.consentledger.kernel.person.PersonCommand.RegisterPerson;
import org.consentledger.testdata.TestData;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Texts that have broken other systems, in every field that takes a text. */
class NaughtyStringsTest {

    private static final List<ContactField> TEXTS = List.of(
            ContactField.FIRST_NAME,
            ContactField.LAST_NAME,
            ContactField.COMPANY,
            ContactField.TITLE,
            ContactField.WEBSITE,
            ContactField.FACEBOOK,
            ContactField.TWITTER,
            ContactField.LINKEDIN,
            ContactField.OTHER);

    private final RecordingDispatcher commands = ControllerServer.commands();

    @Test
    void any_text_is_recorded_unchanged() throws Exception {
        for (var text : texts()) {
            commands.forget();
            var body = new LinkedHashMap<String, Object>();
            TEXTS.forEach(field -> body.put(field.jsonName(), text));
            body.put("emails", List.of("ada@example.org"));
            body.put("source", Map.of("type", "OTHER", "description", text));
            var answer = send("POST", "/api/people", body);

            assertThat(answer).as(text).isEqualTo(201);
            var command = (RegisterPerson) commands.sent.getFirst().command();
            for (var field : TEXTS) {
                assertThat(command.contact().values(field)).isEqualTo(text.isEmpty() ? List.of() : List.of(text));
            }
            assertThat(command.source().description()).isEqualTo(text.isEmpty() ? null : text);
        }
    }

    @Test
    void a_statement_is_recorded_unchanged_unless_it_is_blank() throws Exception {
        for (var text : texts()) {
            commands.forget();
            var answer = send("DELETE", "/api/people/{id}", Map.of("reason", text));

            assertThat(answer).as(text).isEqualTo(text.isBlank() ? 400 : 200);
            if (!text.isBlank()) {
                assertThat(((ErasePerson) commands.sent.getFirst().command()).reason())
                        .isEqualTo(text);
            }
        }
    }

    @Test
    void no_text_causes_an_error_in_any_other_field() throws Exception {
        for (var text : texts()) {
            var consent = Map.of("type", "CONSENT", "dateOfConsent", text, "purposeOfProcessing", text);
            var evidence = Map.of(
                    "dateOfConsent", "2026-11-01", "purposeOfProcessing", text, "givenHow", text, "reference", text);
            assertThat(List.of(
                            send("PATCH", "/api/people/{id}", Map.of("emails", List.of(text), "phones", List.of(text))),
                            send("PATCH", "/api/people/{id}", Map.of("salesforceId", text)),
                            send("PATCH", "/api/people/{id}", Map.of(text, text)),
                            send("PUT", "/api/people/{id}/authorization", consent),
                            send("PUT", "/api/people/{id}/source", Map.of("type", text)),
                            send("POST", "/api/people/{id}/unsubscribe", Map.of("comment", text)),
                            send("POST", "/api/unsubscribes", Map.of("email", text)),
                            send("POST", "/api/people/{id}/resubscribe-requests", evidence)))
                    .as(text)
                    .allSatisfy(status -> assertThat(status).isIn(200, 400));
        }
    }

    private static int send(String method, String path, Object body) {
        return ControllerServer.request(method, path, ADMIN)
                .json(HttpJson.mapper().writeValueAsBytes(body))
                .exchange()
                .status();
    }

    /** Each third of our own texts and each seventh of the list from outside, or all in the full dose. */
    private static List<String> texts() {
        var texts = new ArrayList<String>();
        TestData.present().forEach(data -> {
            var all = HttpJson.mapper()
                    .readTree(data.bytes("text/naughty-strings.json"))
                    .valueStream()
                    .map(JsonNode::asString)
                    .toList();
            var small = data == TestData.LOOK_ALIKES ? 3 : 7;
            var step = Boolean.getBoolean("ledger.tests.full") ? 1 : small;
            for (var i = 0; i < all.size(); i += step) {
                texts.add(all.get(i));
            }
        });
        return texts;
    }
}
