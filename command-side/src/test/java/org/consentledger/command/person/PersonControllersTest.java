package org.consentledger.command.person;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consentledger.command.person.ControllerServer.ID;
import static org.consentledger.command.person.ControllerServer.NOW;
import static org.consentledger.kernel.provenance.Role.ADMIN;
import static org.consentledger.kernel.provenance.Role.AUDITOR;
import static org.consentledger.kernel.provenance.Role.OPERATOR;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.consentledger.foundation.http.ServerForTests.Answer;
import org.consentledger.kernel.person.Authorization;
import org.consentledger.kernel.person.AuthorizationType;
import org.consentledger.kernel.person.CommandRejected.Rule;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.ContactDataPatch;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.Evidence;
import org.consentledger.kernel.person.PersonCommand;
import org.consentledger.kernel.person.PersonCommand.ApproveResubscribe;
import org.consentledger.kernel.person.PersonCommand.ChangeContactData;
import org.consentledger.kernel.person.PersonCommand.ErasePerson;
import org.consentledger.kernel.person.PersonCommand.RecordExport;
import org.consentledger.kernel.person.PersonCommand.RegisterPerson;
import org.consentledger.kernel.person.PersonCommand.RejectResubscribe;
import org.consentledger.kernel.person.PersonCommand.RequestResubscribe;
import org.consentledger.kernel.person.PersonCommand.SetAuthorization;
import org.consentledger.kernel.person.PersonCommand.SetSource;
import org.consentledger.kernel.person.PersonCommand.Unsubscribe;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.SourceType;
import org.consentledger.kernel.person.UnsubscribeReason;
import org.consentledger.kernel.provenance.Role;
import org.consentledger.kernel.provenance.Via;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PersonControllersTest {

    private static final PersonId PERSON = PersonId.of(ID);
    private static final Evidence FORM =
            new Evidence(LocalDate.of(2026, 11, 20), "Product news", "Web form", "form#42");
    private static final String EVIDENCE = """
            "dateOfConsent":"2026-11-20","purposeOfProcessing":"Product news","givenHow":"Web form",\
            "reference":"form#42"\
            """;

    private final RecordingDispatcher commands = ControllerServer.commands();

    @BeforeEach
    void reset_the_recorder() {
        commands.forget();
    }

    @Test
    void a_registration_carries_all_fields() {
        var answer = send(OPERATOR, "POST", "/api/people", """
                {"firstName":"Ada","lastName":"Nowak","company":"Nowak GmbH","title":"CTO",
                 "emails":["  ada@example.org "],"phones":["+49 30 1234"],
                 "website":null,"facebook":"","twitter":null,"linkedin":null,"other":" as it is ",
                 "salesforceId":"003A000001abcDEFGH","source":{"type":"MANUAL_UPLOAD"},
                 "authorization":{"type":"CONSENT","dateOfConsent":"2026-11-01","purposeOfProcessing":"Product news"}}
                """);

        var command = (RegisterPerson) only();
        assertThat(command)
                .isEqualTo(new RegisterPerson(
                        command.personId(),
                        new ContactData(
                                "Ada",
                                "Nowak",
                                "Nowak GmbH",
                                "CTO",
                                List.of("ada@example.org"),
                                List.of("+49 30 1234"),
                                null,
                                null,
                                null,
                                null,
                                " as it is ",
                                "003A000001abcDEFGH"),
                        Source.of(SourceType.MANUAL_UPLOAD),
                        Authorization.consent(LocalDate.of(2026, 11, 1), "Product news"),
                        NOW));
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.header("Location")).isEqualTo("/api/people/" + command.personId());
        assertThat(answer.header("ETag")).isEqualTo("\"7\"");
        assertThat(answer.body()).isEqualTo("{\"personId\":\"" + command.personId() + "\",\"version\":7}");
    }

    @Test
    void a_registration_needs_no_more_than_a_salesforceId_and_a_source() {
        var answer = send(OPERATOR, "POST", "/api/people", """
                {"salesforceId":"003A000001abcDE","source":{"type":"OTHER","description":"A fair"}}
                """);

        assertThat(answer.status()).isEqualTo(201);
        var command = (RegisterPerson) only();
        assertThat(command.contact().emails()).isEmpty();
        assertThat(command.source()).isEqualTo(new Source(SourceType.OTHER, "A fair"));
        assertThat(command.authorization()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/merge-patch+json", "application/json"})
    void a_patch_tells_null_from_absent(String type) {
        var answer = ControllerServer.request("PATCH", "/api/people/{id}", OPERATOR)
                .header("Content-Type", type)
                .json(
                        "{\"firstName\":\"Eve\",\"company\":null,\"title\":\"\",\"emails\":[\"eve@example.org\"],\"phones\":[]}")
                .exchange();

        isOk(answer);
        assertThat(only())
                .isEqualTo(new ChangeContactData(
                        PERSON,
                        new ContactDataPatch(Map.of(
                                ContactField.FIRST_NAME, List.of("Eve"),
                                ContactField.COMPANY, List.of(),
                                ContactField.TITLE, List.of(),
                                ContactField.EMAILS, List.of("eve@example.org"),
                                ContactField.PHONES, List.of())),
                        NOW));
    }

    @Test
    void an_authorization_is_set() {
        isOk(send(OPERATOR, "PUT", "/api/people/{id}/authorization", """
                {"type":"CONSENT","dateOfConsent":"2026-11-24","purposeOfProcessing":"News","description":null}
                """));
        isOk(send(OPERATOR, "PUT", "/api/people/{id}/authorization", """
                {"type":"OTHER","description":"By word of mouth"}
                """));
        isOk(send(OPERATOR, "PUT", "/api/people/{id}/authorization", "{\"type\":\"LEGITIMATE_INTEREST\"}"));

        assertThat(commands.sent)
                .extracting(RecordingDispatcher.Sent::command)
                .containsExactly(
                        new SetAuthorization(PERSON, Authorization.consent(LocalDate.of(2026, 11, 24), "News"), NOW),
                        new SetAuthorization(PERSON, Authorization.other("By word of mouth"), NOW),
                        new SetAuthorization(PERSON, Authorization.of(AuthorizationType.LEGITIMATE_INTEREST), NOW));
    }

    @Test
    void a_source_is_set() {
        isOk(send(OPERATOR, "PUT", "/api/people/{id}/source", "{\"type\":\"CRM_SYNC\"}"));

        assertThat(only()).isEqualTo(new SetSource(PERSON, Source.of(SourceType.CRM_SYNC), NOW));
    }

    @Test
    void a_person_is_opted_out_with_or_without_a_reason() {
        isOk(send(OPERATOR, "POST", "/api/people/{id}/unsubscribe", """
                {"reason":"OTHER","comment":"Moved on"}
                """));
        isOk(send(OPERATOR, "POST", "/api/people/{id}/unsubscribe", "{}"));
        isOk(ControllerServer.request("POST", "/api/people/{id}/unsubscribe", OPERATOR)
                .exchange());

        assertThat(commands.sent)
                .extracting(RecordingDispatcher.Sent::command)
                .containsExactly(
                        new Unsubscribe(PERSON, UnsubscribeReason.OTHER, "Moved on", null, NOW),
                        new Unsubscribe(PERSON, null, null, null, NOW),
                        new Unsubscribe(PERSON, null, null, null, NOW));
    }

    @Test
    void opting_out_an_address_does_not_reveal_whether_it_is_known() {
        var answer = send(OPERATOR, "POST", "/api/unsubscribes", """
                {"email":" Ada@Example.org ","reason":"TOO_FREQUENT"}
                """);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"status\":\"UNSUBSCRIBED\"}");
        assertThat(answer.header("ETag")).isEmpty();
        assertThat(commands.addresses).singleElement().satisfies(sent -> {
            assertThat(sent.email()).isEqualTo("Ada@Example.org");
            assertThat(sent.reason()).isEqualTo(UnsubscribeReason.TOO_FREQUENT);
        });
    }

    @Test
    void a_resubscribe_is_requested_on_evidence() {
        isOk(send(OPERATOR, "POST", "/api/people/{id}/resubscribe-requests", "{" + EVIDENCE + "}"));

        assertThat(only()).isEqualTo(new RequestResubscribe(PERSON, FORM, ZoneOffset.UTC, NOW));
    }

    @Test
    void an_approval_has_its_own_evidence_or_that_of_the_request() {
        isOk(send(ADMIN, "POST", "/api/people/{id}/resubscribe-approval", """
                {"attested":true,"reason":"Called back"}
                """));
        isOk(send(
                ADMIN,
                "POST",
                "/api/people/{id}/resubscribe-approval",
                "{\"attested\":true,\"reason\":\"Called back\"," + EVIDENCE + "}"));

        assertThat(commands.sent)
                .extracting(RecordingDispatcher.Sent::command)
                .containsExactly(
                        new ApproveResubscribe(PERSON, true, "Called back", null, ZoneOffset.UTC, NOW),
                        new ApproveResubscribe(PERSON, true, "Called back", FORM, ZoneOffset.UTC, NOW));
    }

    @Test
    void a_request_is_rejected_with_a_reason() {
        isOk(send(ADMIN, "POST", "/api/people/{id}/resubscribe-rejection", "{\"reason\":\"No proof\"}"));

        assertThat(only()).isEqualTo(new RejectResubscribe(PERSON, "No proof", NOW));
    }

    @Test
    void an_export_is_recorded_before_it_is_served() {
        var answer = ControllerServer.request("POST", "/api/people/{id}/exports", AUDITOR)
                .exchange();

        var command = (RecordExport) only();
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.header("Location")).isEqualTo("/api/people/" + ID + "/exports/" + command.exportId());
        assertThat(answer.header("ETag")).isEqualTo("\"7\"");
        assertThat(answer.body())
                .isEqualTo("{\"personId\":\"" + ID + "\",\"version\":7,\"exportId\":\"" + command.exportId() + "\"}");
    }

    @Test
    void a_repeated_export_request_gives_the_same_export() {
        var ids = List.of("key-1", "key-1", "key-2").stream()
                .map(key -> ControllerServer.request("POST", "/api/people/{id}/exports", OPERATOR)
                        .header("Idempotency-Key", key)
                        .exchange()
                        .json()
                        .path("exportId")
                        .asString())
                .toList();

        assertThat(ids.get(1)).isEqualTo(ids.get(0));
        assertThat(ids.get(2)).isNotEqualTo(ids.get(0));
    }

    @Test
    void an_erasure_has_a_reason() {
        isOk(send(ADMIN, "DELETE", "/api/people/{id}", "{\"reason\":\"Asked to be forgotten\"}"));

        assertThat(only()).isEqualTo(new ErasePerson(PERSON, "Asked to be forgotten", NOW));
    }

    @Nested
    class The_envelope {

        @Test
        void has_the_actor_and_the_way_in() {
            var token = ControllerServer.server()
                    .issuer
                    .token(claims -> claims.subject("u-17")
                            .claim("name", "Olga Operator")
                            .claim("roles", List.of("operator", "auditor", "unheard-of"))
                            .claim("azp", "web"));
            ControllerServer.server()
                    .request("PUT", "/api/people/" + ID + "/source")
                    .token(token)
                    .header("X-Correlation-Id", "c-1")
                    .json("{\"type\":\"IMPORT\"}")
                    .exchange();

            var provenance = commands.sent.getFirst().envelope().provenance();
            assertThat(provenance.actor().id()).isEqualTo("u-17");
            assertThat(provenance.actor().name()).isEqualTo("Olga Operator");
            assertThat(provenance.actor().roles()).containsExactly("operator", "auditor");
            assertThat(provenance.via()).isEqualTo(Via.WEB);
            assertThat(provenance.correlationId()).isEqualTo("c-1");
            assertThat(provenance.jobId()).isNull();
        }

        @Test
        void has_no_conditions_by_default() {
            setSource("{\"type\":\"IMPORT\"}", Map.of());

            assertThat(commands.sent.getFirst().envelope().expectedVersion()).isNull();
            assertThat(commands.sent.getFirst().envelope().idempotencyKey()).isNull();
        }

        @Test
        void carries_the_expected_version() {
            setSource("{\"type\":\"IMPORT\"}", Map.of("If-Match", "\"12\""));
            setSource("{\"type\":\"IMPORT\"}", Map.of("If-Match", "*"));

            assertThat(commands.sent.get(0).envelope().expectedVersion()).isEqualTo(12L);
            assertThat(commands.sent.get(1).envelope().expectedVersion()).isNull();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "7",
                    "W/\"7\"",
                    "\"7\", \"8\"",
                    "\"-1\"",
                    "\"abc\"",
                    "\"07\"",
                    "\"9999999999999999999\"",
                    "\""
                })
        void a_version_is_one_number_in_quotes(String sent) {
            var answer = setSource("{\"type\":\"IMPORT\"}", Map.of("If-Match", sent));

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.fields()).containsExactly("If-Match");
            assertThat(commands.count()).isZero();
        }

        @Test
        void recognises_a_repeated_request_by_its_body() {
            setSource("{\"type\":\"IMPORT\"}", Map.of("Idempotency-Key", "k"));
            setSource("{\"type\":\"IMPORT\"}", Map.of("Idempotency-Key", "k"));
            setSource("{\"type\":\"CRM_SYNC\"}", Map.of("Idempotency-Key", "k"));

            var keys = commands.sent.stream()
                    .map(sent -> sent.envelope().idempotencyKey())
                    .toList();
            assertThat(keys.get(0)).isEqualTo(keys.get(1)).isNotEqualTo(keys.get(2));
            assertThat(keys.get(0).sender()).isEqualTo("user-1");
            assertThat(keys.get(0).key()).isEqualTo("k");
            assertThat(keys.get(0).fingerprint()).matches("[0-9a-f]{64}");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "two words", "tab\there"})
        void a_key_is_visible_ASCII(String key) {
            var answer = setSource("{\"type\":\"IMPORT\"}", Map.of("Idempotency-Key", key));

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.fields()).containsExactly("Idempotency-Key");
        }

        @Test
        void a_key_has_at_most_255_characters() {
            assertThat(setSource("{\"type\":\"IMPORT\"}", Map.of("Idempotency-Key", "k".repeat(255)))
                            .status())
                    .isEqualTo(200);
            assertThat(setSource("{\"type\":\"IMPORT\"}", Map.of("Idempotency-Key", "k".repeat(256)))
                            .status())
                    .isEqualTo(400);
        }

        private static Answer setSource(String json, Map<String, String> headers) {
            var request = ControllerServer.request("PUT", "/api/people/{id}/source", OPERATOR)
                    .json(json);
            headers.forEach(request::header);
            return request.exchange();
        }
    }

    @Test
    void a_rejection_names_the_rule() {
        commands.refuse(Rule.PERSON_ERASED);

        var answer = send(OPERATOR, "PUT", "/api/people/{id}/source", "{\"type\":\"IMPORT\"}");

        assertThat(answer.status()).isEqualTo(410);
        assertThat(answer.problem()).isEqualTo("person-erased");
        assertThat(answer.json().path("instance").asString()).isEqualTo("/api/people/" + ID + "/source");
    }

    private static Answer send(Role role, String method, String path, String json) {
        return ControllerServer.request(method, path, role).json(json).exchange();
    }

    private PersonCommand only() {
        assertThat(commands.sent).hasSize(1);
        return commands.sent.getFirst().command();
    }

    private static void isOk(Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.header("ETag")).isEqualTo("\"7\"");
        assertThat(answer.body()).isEqualTo("{\"personId\":\"" + ID + "\",\"version\":7}");
    }
}
