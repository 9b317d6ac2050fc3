package org.consentledger.command.person;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consentledger.kernel.provenance.Role.ADMIN;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.consentledger.foundation.http.HttpJson;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.PersonCommand.ErasePerson;
import org.consentledger.kernel.person.PersonCommand.RegisterPerson;
import org.junit.jupiter.api.Test;

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
    void any_text_goes_in_as_it_is() throws Exception {
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
    void a_statement_goes_in_as_it_is_unless_there_is_nothing_to_read() throws Exception {
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
    void no_text_breaks_anything_anywhere_else() throws Exception {
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

    /** Some texts of our own always, and of the list from outside each seventh, or all in the full dose. */
    private static List<String> texts() throws Exception {
        var texts = new ArrayList<String>(List.of(
                "",
                " ",
                "\u0000",
                "a\u0000b",
                "\u0001\u0008\u001f\u007f\u0085",
                "'; DROP TABLE events; --",
                "<script>alert(1)</script>",
                "=1+1",
                "{{7*7}} ${7*7} #{7*7} {0} %s",
                "‮txt.exe",
                "\uFEFFbom",
                "\uFFFE\uFFFF",
                "👩‍👩‍👧‍👦 𝒳 ﷽",
                "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢",
                "İıŞß ﬀ",
                "e\u0301 is not \u00e9",
                "\r\nX-Injected: 1"));
        var outside = new ArrayList<String>();
        var given = Path.of(System.getProperty("ledger.testdata", "none"), "text", "naughty-strings.json");
        if (Files.exists(given)) {
            HttpJson.mapper()
                    .readTree(Files.readAllBytes(given))
                    .valueStream()
                    .forEach(text -> outside.add(text.asString()));
        }
        var step = Boolean.getBoolean("ledger.tests.full") ? 1 : 7;
        for (int i = 0; i < outside.size(); i += step) {
            texts.add(outside.get(i));
        }
        return texts;
    }
}
