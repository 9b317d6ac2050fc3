package org.consentledger.foundation.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.consentledger.kernel.provenance.Role.ADMIN;
import static org.consentledger.kernel.provenance.Role.ANALYST;
import static org.consentledger.kernel.provenance.Role.AUDITOR;
import static org.consentledger.kernel.provenance.Role.OPERATOR;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.consentledger.foundation.http.ServerForTests.Answer;
import org.consentledger.kernel.person.CommandRejected;
import org.consentledger.kernel.provenance.Role;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@ExtendWith(OutputCaptureExtension.class)
class HttpConventionsTest {

    private static final int LIMIT = 20_000;
    private static final String ID = "7b1c0a2e-0000-4000-8000-000000000001";

    private static ServerForTests server;

    @BeforeAll
    static void start() {
        server = ServerForTests.start(HttpTestApplication.class, "--ledger.http.body-limit=" + LIMIT + "B");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Nested
    class Signing_in {

        @Test
        void a_request_without_a_token_is_unauthorized() {
            var answer = server.request("GET", "/api/who").exchange();

            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.problem()).isEqualTo("unauthenticated");
            assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
        }

        @Test
        void a_token_must_be_signed_by_the_issuer_and_unexpired() {
            var expired = server.issuer.token(claims -> claims.claim("roles", List.of("operator"))
                    .expirationTime(Date.from(Instant.now().minusSeconds(3_600))));
            var notYet = server.issuer.token(claims -> claims.claim("roles", List.of("operator"))
                    .notBeforeTime(Date.from(Instant.now().plusSeconds(3_600))));
            var foreign = server.issuer.token(
                    claims -> claims.claim("roles", List.of("operator")).issuer("https://example.org"));

            for (var token : List.of(
                    expired,
                    notYet,
                    foreign,
                    server.issuer.token(
                            claims -> claims.claim("roles", List.of("operator")).subject(null)),
                    server.issuer.token(
                            claims -> claims.claim("roles", List.of("operator")).subject(" ")),
                    server.issuer.forged(OPERATOR),
                    server.issuer.unsigned(OPERATOR),
                    "garbage",
                    "a.b.c")) {
                var answer = server.request("GET", "/api/who").token(token).exchange();
                assertThat(answer.status()).isEqualTo(401);
                assertThat(answer.problem()).isEqualTo("unauthenticated");
            }
        }

        @Test
        void the_token_identifies_the_caller() {
            var answer = get("/api/who", OPERATOR);

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.json().path("id").asString()).isEqualTo("user-1");
            assertThat(answer.json().path("name").asString()).isEqualTo("Test User");
            assertThat(answer.json().path("via").asString()).isEqualTo("API");
        }

        @Test
        void an_unreachable_issuer_is_an_outage() {
            try (var cutOff = ServerForTests.start(
                    HttpTestApplication.class,
                    "--spring.security.oauth2.resourceserver.jwt.issuer-uri=http://127.0.0.1:1")) {
                var answer = cutOff.request("GET", "/api/who")
                        .token(cutOff.issuer.token(OPERATOR))
                        .exchange();
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.problem()).isEqualTo("unavailable");
                assertThat(answer.header("Retry-After")).isEqualTo("2");
            }
        }

        @Test
        void requests_of_the_pages_are_recorded_as_made_by_hand() {
            var token = server.issuer.token(
                    claims -> claims.claim("roles", List.of("operator")).claim("azp", "web"));

            assertThat(server.request("GET", "/api/who")
                            .token(token)
                            .exchange()
                            .json()
                            .path("via")
                            .asString())
                    .isEqualTo("WEB");
        }
    }

    @Nested
    class Roles {

        @Test
        void an_admin_is_an_operator_too() {
            assertThat(get("/api/who", ADMIN).status()).isEqualTo(200);
            assertThat(get("/api/admin", ADMIN).status()).isEqualTo(200);
        }

        @Test
        void no_other_role_includes_admin() {
            for (var role : List.of(OPERATOR, AUDITOR, ANALYST)) {
                var answer = get("/api/admin", role);
                assertThat(answer.status()).isEqualTo(403);
                assertThat(answer.problem()).isEqualTo("forbidden");
            }
        }

        @Test
        void an_unknown_role_permits_nothing() {
            for (var roles : List.of("root", "ADMIN", "operator admin", "")) {
                var token = server.issuer.token(claims -> claims.claim("roles", List.of(roles)));
                assertThat(server.request("GET", "/api/admin")
                                .token(token)
                                .exchange()
                                .status())
                        .isEqualTo(403);
            }
        }

        @Test
        void roles_are_checked_before_the_body_is_read() {
            var answer = server.request("POST", "/api/everything")
                    .token(server.issuer.token(AUDITOR))
                    .json("{ this is no JSON")
                    .exchange();

            assertThat(answer.status()).isEqualTo(403);
        }

        @Test
        void undeclared_paths_are_denied() {
            assertThat(get("/undeclared", ADMIN).status()).isEqualTo(403);
            assertThat(server.request("GET", "/undeclared").exchange().status()).isEqualTo(401);
        }

        @Test
        void an_application_with_a_route_without_roles_does_not_start() {
            assertThatThrownBy(() -> ServerForTests.start(Careless.class).close())
                    .hasStackTraceContaining("has no @Permits");
        }
    }

    @HttpTestSlice
    @Import(Careless.UnprotectedController.class)
    static class Careless {

        @RestController
        static class UnprotectedController {

            @GetMapping("/api/forgotten")
            String forgotten() {
                return "";
            }
        }
    }

    @Nested
    class Reading {

        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"unknown":1}                        | unknown      | is not a known field
            {"inner":{"unknown":1}}              | inner.unknown| is not a known field
            {"text":1}                           | text         | must be a text
            {"text":1.5}                         | text         | must be a text
            {"text":true}                        | text         | must be a text
            {"text":["a"]}                       | text         | must be a text
            {"text":{}}                          | text         | must be a text
            {"flag":"true"}                      | flag         | must be true or false
            {"flag":1}                           | flag         | must be true or false
            {"flag":""}                          | flag         | must be true or false
            {"number":"1"}                       | number       | must be a number in the allowed range
            {"number":1.5}                       | number       | must be a number in the allowed range
            {"number":99999999999}               | number       | must be a number in the allowed range
            {"number":true}                      | number       | must be a number in the allowed range
            {"date":"2026-02-30"}                | date         | must be a date such as 2026-11-24
            {"date":"2026-2-3"}                  | date         | must be a date such as 2026-11-24
            {"date":"24.11.2026"}                | date         | must be a date such as 2026-11-24
            {"date":"2026-11-24T00:00:00Z"}      | date         | must be a date such as 2026-11-24
            {"date":""}                          | date         | must be a date such as 2026-11-24
            {"date":20000}                       | date         | must be a date such as 2026-11-24
            {"date":[2026,1,1]}                  | date         | must be a date such as 2026-11-24
            {"uuid":"1-1-1-1-1"}                 | uuid         | must be a UUID
            {"uuid":1}                           | uuid         | must be a UUID
            {"person":"nobody"}                  | person       | must be a UUID
            {"texts":"a"}                        | texts        | must be a list
            {"texts":["a",1]}                    | texts[1]     | must be a text
            {"texts":{}}                         | texts        | must be a list
            {"texts":""}                         | texts        | must be a list
            {"inner":[]}                         | inner        | must be an object
            {"inner":"a"}                        | inner        | must be an object
            {"inner":""}                         | inner        | must be an object
            {"inner":{"type":"Import"}}          | inner.type   | must be one of CRM_SYNC, IMPORT, MANUAL_UPLOAD, CHROME_EXTENSION, OTHER
            {"inner":{"type":1}}                 | inner.type   | must be one of CRM_SYNC, IMPORT, MANUAL_UPLOAD, CHROME_EXTENSION, OTHER
            {"inner":{"type":""}}                | inner.type   | must be one of CRM_SYNC, IMPORT, MANUAL_UPLOAD, CHROME_EXTENSION, OTHER
            {"inner":{}}                         | inner.text   | is required
            {"text":"a","text":"b"}              | text         | is given twice
            {"inner":{"text":"a","text":"b"}}    | inner.text   | is given twice
            {"date":"9999-01-01"}                | date         | must not be in the future
            {"text":"a"} {}                      | ``           | has something after its end
            []                                   | ``           | must be an object
            "a"                                  | ``           | must be an object
            1                                    | ``           | must be an object
            null                                 | ``           | a body is required
            ``                                   | ``           | a body is required
            """)
        void a_request_is_read_strictly(String json, String field, String detail) {
            var answer = post(json);

            assertThat(answer.status()).as(answer.body()).isEqualTo(400);
            assertThat(answer.problem()).isEqualTo("invalid-request");
            assertThat(answer.json().path("errors").valueStream().toList())
                    .singleElement()
                    .satisfies(error -> {
                        assertThat(error.path("field").asString()).isEqualTo(field);
                        assertThat(error.path("detail").asString()).isEqualTo(detail);
                    });
        }

        @Test
        void malformed_JSON_is_reported_with_its_position() {
            for (var json : List.of("{", "{\"text\":}", "{'text':'a'}", "{\"text\":\"a\",}", "// a\n{}", "NaN")) {
                var answer = post(json);
                assertThat(answer.status()).isEqualTo(400);
                assertThat(answer.body()).contains("is not well-formed JSON at line");
            }
            assertThat(server.request("POST", "/api/everything")
                            .token(server.issuer.token(OPERATOR))
                            .json(new byte[] {'{', '"', (byte) 0xC3, (byte) 0x28, '"', ':', '1', '}'})
                            .exchange()
                            .status())
                    .isEqualTo(400);
        }

        @Test
        void deeply_nested_JSON_is_rejected() {
            assertThat(post("[".repeat(5_000)).status()).isEqualTo(400);
            assertThat(post("{\"inner\":".repeat(1_000)).status()).isEqualTo(400);
            assertThat(post("{\"number\":" + "1".repeat(5_000) + "}").status()).isEqualTo(400);
            assertThat(post("{\"" + "a".repeat(5_000) + "\":1}").status()).isEqualTo(400);
        }

        @Test
        void texts_come_back_unchanged() {
            var json = "{\"text\":\"\\u0000 \\ud83d\\ude00 ‮\",\"flag\":true,\"number\":-1,\"date\":\"2024-02-29\"}";
            var answer = post(json);

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.json().path("text").asString()).isEqualTo("\u0000 😀 ‮");
            assertThat(answer.json().path("date").asString()).isEqualTo("2024-02-29");
        }

        @Test
        void today_is_not_in_the_future_but_tomorrow_is() {
            var today = LocalDate.now(ZoneOffset.UTC);

            assertThat(post("{\"date\":\"" + today + "\"}").status()).isEqualTo(200);
            assertThat(post("{\"date\":\"" + today.plusDays(2) + "\"}").status())
                    .isEqualTo(400);
        }

        @ParameterizedTest
        @CsvSource({"nobody", "1-1-1-1-1", "7b1c0a2e-0000-4000-8000-00000000000", "%00", "ada%40example.org"})
        void an_id_is_a_UUID(String id) {
            var answer = get("/api/people/" + id, OPERATOR);

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.problem()).isIn("invalid-request");
            assertThat(answer.body()).doesNotContain("ada");
        }

        @ParameterizedTest
        @ValueSource(strings = {"%", "%zz", "limit=%FF", "%FF=1", "a=%C0%80"})
        void a_badly_encoded_address_is_a_bad_request(String query) {
            var answer = server.raw("GET", "/api/people/" + ID + "?" + query, server.issuer.token(OPERATOR));

            assertThat(answer).startsWith("HTTP/1.1 400 ").contains("invalid-request");
        }

        @Test
        void a_parameter_has_its_type() {
            assertThat(get("/api/people/" + ID, OPERATOR).status()).isEqualTo(200);
            var answer = get("/api/people/" + ID + "?limit=many", OPERATOR);
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.fields()).containsExactly("limit");
            assertThat(answer.body()).doesNotContain("many");
        }
    }

    @Nested
    class Limits {

        @Test
        void a_body_whose_stated_length_is_too_large_is_not_read() {
            var answer = post("{\"text\":\"" + "a".repeat(LIMIT) + "\"}");

            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.problem()).isEqualTo("content-too-large");
        }

        @Test
        void a_body_without_a_length_is_read_up_to_the_limit() {
            var body = ("{\"text\":\"" + "a".repeat(LIMIT) + "\"}").getBytes(StandardCharsets.UTF_8);
            var answer = server.request("POST", "/api/everything")
                    .token(server.issuer.token(OPERATOR))
                    .chunked(new ByteArrayInputStream(body))
                    .exchange();

            assertThat(answer.status()).isEqualTo(413);
        }

        @Test
        void a_chunked_body_within_the_limit_is_accepted() {
            var answer = server.request("POST", "/api/everything")
                    .token(server.issuer.token(OPERATOR))
                    .chunked(new ByteArrayInputStream("{\"text\":\"a\"}".getBytes(StandardCharsets.UTF_8)))
                    .exchange();

            assertThat(answer.status()).isEqualTo(200);
        }

        @Test
        void a_form_of_unknown_length_is_not_read() {
            var answer = server.request("POST", "/api/everything")
                    .token(server.issuer.token(OPERATOR))
                    .header("Content-Type", "multipart/form-data; boundary=x")
                    .chunked(new ByteArrayInputStream(new byte[10]))
                    .exchange();

            assertThat(answer.status()).isEqualTo(411);
        }

        @Test
        void invalid_tokens_are_limited_per_address_and_valid_ones_still_pass() {
            try (var limited =
                    ServerForTests.start(HttpTestApplication.class, "--ledger.http.refused-tokens-per-minute=2")) {
                var good = limited.issuer.token(OPERATOR);
                assertThat(statusWithToken(limited, good)).isEqualTo(200);

                assertThat(statusWithToken(limited, "garbage")).isEqualTo(401);
                assertThat(statusWithToken(limited, limited.issuer.forged(OPERATOR)))
                        .isEqualTo(401);
                assertThat(statusWithToken(limited, "garbage")).isEqualTo(429);
                assertThat(statusWithToken(limited, limited.issuer.token(ADMIN)))
                        .isEqualTo(429);

                assertThat(statusWithToken(limited, good)).isEqualTo(200);
            }
        }

        private static int statusWithToken(ServerForTests server, String token) {
            return server.request("GET", "/api/who").token(token).exchange().status();
        }

        @Test
        void a_client_over_its_limit_does_not_lock_out_others_at_its_address() {
            try (var limited = ServerForTests.start(
                    HttpTestApplication.class,
                    "--ledger.http.client-paths=/u/**",
                    "--ledger.http.limited-requests-per-minute=3")) {
                for (var i = 0; i < 3; i++) {
                    assertThat(statusWithBasic(limited, basic("chatty:secret"))).isEqualTo(200);
                }
                assertThat(statusWithBasic(limited, basic("chatty:another"))).isEqualTo(429);
                assertThat(statusWithBasic(limited, basic("pages:secret"))).isEqualTo(200);
            }
        }

        @Test
        void a_request_without_a_client_is_limited_by_address() {
            try (var limited = ServerForTests.start(
                    HttpTestApplication.class,
                    "--ledger.http.client-paths=/u/**",
                    "--ledger.http.limited-requests-per-minute=3")) {
                for (var nameless : List.of("Basic !", "Digest x", basic("x".repeat(101) + ":secret"))) {
                    assertThat(statusWithBasic(limited, nameless)).as(nameless).isEqualTo(200);
                }
                assertThat(statusWithBasic(limited, basic("no colon"))).isEqualTo(429);
                assertThat(limited.request("GET", "/u/token").exchange().status())
                        .isEqualTo(429);
            }
        }

        @Test
        void an_address_that_invents_a_client_for_each_request_is_limited() {
            try (var limited = ServerForTests.start(
                    HttpTestApplication.class,
                    "--ledger.http.client-paths=/u/**",
                    "--ledger.http.limited-requests-per-minute=1")) {
                for (var i = 0; i < 10; i++) {
                    assertThat(statusWithBasic(limited, basic("invented" + i + ":x")))
                            .isEqualTo(200);
                }
                assertThat(statusWithBasic(limited, basic("invented:x"))).isEqualTo(429);
            }
        }

        private static int statusWithBasic(ServerForTests server, String authorization) {
            return server.request("GET", "/u/token")
                    .header("Authorization", authorization)
                    .exchange()
                    .status();
        }

        private static String basic(String clientAndSecret) {
            return "Basic " + Base64.getEncoder().encodeToString(clientAndSecret.getBytes(StandardCharsets.UTF_8));
        }

        @Test
        void the_requests_of_one_address_are_limited() {
            try (var limited = ServerForTests.start(
                    HttpTestApplication.class,
                    "--ledger.http.limited-paths=/u/**",
                    "--ledger.http.limited-requests-per-minute=3",
                    "--ledger.http.api-requests-per-minute=2")) {
                for (int i = 0; i < 3; i++) {
                    assertThat(limited.request("GET", "/u/token").exchange().status())
                            .isEqualTo(200);
                }
                var refused = limited.request("GET", "/u/token").exchange();
                assertThat(refused.status()).isEqualTo(429);
                assertThat(refused.problem()).isEqualTo("too-many-requests");
                assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1, 60);

                var token = limited.issuer.token(OPERATOR);
                for (int i = 0; i < 2; i++) {
                    assertThat(limited.request("GET", "/api/who")
                                    .token(token)
                                    .exchange()
                                    .status())
                            .isEqualTo(200);
                }
                assertThat(limited.request("GET", "/api/who")
                                .token(token)
                                .exchange()
                                .status())
                        .isEqualTo(429);
            }
        }
    }

    @Nested
    class Problem_answers {

        @ParameterizedTest
        @EnumSource(CommandRejected.Rule.class)
        void each_rule_has_its_type_and_status(CommandRejected.Rule rule) {
            var answer = get("/api/rejected/" + rule.name(), OPERATOR);

            assertThat(answer.problem()).isEqualTo(rule.slug());
            assertThat(answer.status())
                    .isEqualTo(
                            switch (rule) {
                                case UNKNOWN_PERSON -> 404;
                                case PERSON_ERASED -> 410;
                                case VERSION_MISMATCH -> 412;
                                case IDEMPOTENCY_KEY_REUSED -> 422;
                                default -> 409;
                            });
            assertThat(answer.json().path("personId").asString()).isEqualTo("00000000-0000-0000-0000-000000000001");
            assertThat(answer.json().path("status").asInt()).isEqualTo(answer.status());
            assertThat(answer.json().path("title").asString()).isNotBlank();
            assertThat(answer.json().path("detail").asString()).isEqualTo("A rule says no");
        }

        @Test
        void a_wrong_route_method_or_media_type_is_reported() {
            var token = server.issuer.token(OPERATOR);

            assertThat(get("/api/nothing", OPERATOR).problem()).isEqualTo("not-found");
            assertThat(get("/api", OPERATOR).status()).isEqualTo(404);
            var method =
                    server.request("PUT", "/api/who").token(token).json("{}").exchange();
            assertThat(method.status()).isEqualTo(405);
            assertThat(method.header("Allow")).isEqualTo("GET");
            assertThat(server.request("GET", "/api/who")
                            .token(token)
                            .header("Accept", "image/png")
                            .exchange()
                            .problem())
                    .isEqualTo("not-acceptable");
            assertThat(server.request("POST", "/api/everything")
                            .token(token)
                            .header("Content-Type", "text/plain")
                            .json("{}")
                            .exchange()
                            .problem())
                    .isEqualTo("unsupported-media-type");
        }

        @Test
        void an_outage_is_answered_with_retry_after() {
            var later = get("/api/wait", OPERATOR);
            assertThat(later.status()).isEqualTo(503);
            assertThat(later.problem()).isEqualTo("not-yet");
            assertThat(later.header("Retry-After")).isEqualTo("2");

            var outage = get("/api/outage", OPERATOR);
            assertThat(outage.status()).isEqualTo(503);
            assertThat(outage.problem()).isEqualTo("unavailable");
            assertThat(outage.header("Retry-After")).isNotBlank();
        }

        @Test
        void a_bug_is_answered_without_details_and_logged_without_values(CapturedOutput log) {
            var answer = get("/api/mistake", OPERATOR);

            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.problem()).isEqualTo("internal-error");
            assertThat(answer.body()).doesNotContain(HttpTestApplication.SECRET, "Exception");
            assertThat(log).contains("java.lang.IllegalStateException", "TestController.mistake");
            assertThat(log).doesNotContain(HttpTestApplication.SECRET);
        }

        @Test
        void a_response_is_complete_or_a_problem() {
            var whole = get("/api/who", OPERATOR);
            assertThat(whole.header("Content-Length"))
                    .isEqualTo(Integer.toString(whole.body().length()));

            var half = get("/api/half", OPERATOR);
            assertThat(half.status()).isEqualTo(500);
            assertThat(half.problem()).isEqualTo("internal-error");
            assertThat(half.body()).doesNotContain("the first half");
        }

        @Test
        void no_problem_quotes_the_request(CapturedOutput log) throws IOException {
            var value = "ada.nowak@example.org";
            for (var json : List.of(
                    "{\"%s\":1}",
                    "{\"date\":\"%s\"}",
                    "{\"inner\":{\"type\":\"%s\"}}",
                    "{\"uuid\":\"%s\"}",
                    "{\"texts\":\"%s\"}",
                    "{\"flag\":\"%s\"}",
                    "{\"%1$s\":1,\"%1$s\":1}",
                    "{\"inner\":{\"%s\":1}}",
                    "%s")) {
                var answer = post(json.formatted(value));
                assertThat(answer.status()).isEqualTo(400);
                assertThat(answer.body()).doesNotContain("nowak");
            }
            assertThat(raw("GET /api/" + value + "<> HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
                    .doesNotContain("nowak");
            for (var path : List.of("/api/people/" + value, "/api/" + value, "/" + value, "/api/who?q=" + value)) {
                assertThat(get(path, OPERATOR).body()).doesNotContain("nowak");
            }
            assertThat(log).doesNotContain("nowak");
        }

        @Test
        void requests_that_the_container_can_not_read_are_answered_with_a_problem() throws IOException {
            for (var request : List.of(
                    "GET /api/<script> HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
                    "GARBAGE\r\n\r\n",
                    "GET /api/who HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: " + "a".repeat(40_000) + "\r\n\r\n",
                    "GET /api/a/../../who;x=y//z HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")) {
                var answer = raw(request);
                assertThat(answer).startsWith("HTTP/1.1 4");
                assertThat(answer).contains("application/problem+json").contains("urn:consent-ledger:problem:");
                assertThat(answer)
                        .doesNotContain("Exception")
                        .doesNotContain("Tomcat")
                        .doesNotContain("<html");
            }
        }

        private static String raw(String request) throws IOException {
            try (var socket = new Socket("127.0.0.1", server.port())) {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
                socket.getOutputStream().flush();
                InputStream in = socket.getInputStream();
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        }
    }

    @Nested
    class Headers {

        @Test
        void every_response_has_security_headers() {
            var answer = get("/api/who", OPERATOR);

            assertThat(answer.header("Cache-Control")).contains("no-store");
            assertThat(answer.header("Content-Security-Policy")).startsWith("default-src 'none'");
            assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(answer.header("X-Frame-Options")).isEqualTo("DENY");
            assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
            assertThat(answer.header("Set-Cookie")).isEmpty();
        }

        @Test
        void a_client_may_choose_the_correlation_id() {
            var token = server.issuer.token(OPERATOR);
            var named = server.request("GET", "/api/who")
                    .token(token)
                    .header(CorrelationId.HEADER, "order-66")
                    .exchange();
            assertThat(named.header(CorrelationId.HEADER)).isEqualTo("order-66");
            assertThat(named.json().path("correlationId").asString()).isEqualTo("order-66");

            var fresh = server.request("GET", "/api/who")
                    .token(token)
                    .header(CorrelationId.HEADER, "not a name")
                    .exchange();
            assertThat(fresh.header(CorrelationId.HEADER)).matches("[0-9a-f-]{36}");
        }
    }

    @Nested
    class The_description {

        @Test
        void is_open_to_all_and_states_the_roles() {
            var answer = server.request("GET", "/v3/api-docs").exchange();

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.json().path("openapi").asString()).startsWith("3.1");
            var operation = answer.json().at("/paths/~1api~1who/get");
            assertThat(operation.path("description").asString()).contains("Roles: operator, admin, auditor, analyst.");
            assertThat(operation.path("parameters").size()).isZero();
            assertThat(operation.at("/responses/default/content").has("application/problem+json"))
                    .isTrue();
            assertThat(answer.json().at("/components/schemas/Problem").isObject())
                    .isTrue();
        }

        @Test
        void has_a_page_to_try_it() {
            var page = server.request("GET", "/swagger-ui/index.html").exchange();

            assertThat(page.status()).isEqualTo(200);
            assertThat(page.header("Content-Security-Policy")).contains("script-src 'self'");
        }
    }

    private static Answer get(String path, Role... roles) {
        return server.request("GET", path).token(server.issuer.token(roles)).exchange();
    }

    private static Answer post(String json) {
        return server.request("POST", "/api/everything")
                .token(server.issuer.token(OPERATOR))
                .json(json)
                .exchange();
    }
}
