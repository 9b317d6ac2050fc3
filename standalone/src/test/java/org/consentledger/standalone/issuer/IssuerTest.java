package org.consentledger.standalone.issuer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.CookieManager;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.consentledger.standalone.Api;
import org.consentledger.standalone.LedgerProcess;
import org.consentledger.standalone.SharedLedger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@ExtendWith(SharedLedger.class)
class IssuerTest {

    private static final String VERIFIER = "a-verifier-that-has-at-least-forty-three-characters";

    private static LedgerProcess ledger;

    @BeforeAll
    static void take(LedgerProcess shared) {
        ledger = shared;
    }

    @Test
    void a_clients_token_has_its_name_and_roles() {
        var claims = claims(ledger.token("auditor"));

        assertThat(claims.get("iss").asString()).isEqualTo("http://127.0.0.1:" + ledger.port());
        assertThat(claims.get("sub").asString()).isEqualTo("auditor");
        assertThat(claims.get("name").asString()).isEqualTo("auditor");
        assertThat(claims.get("roles").toString()).isEqualTo("[\"auditor\"]");
    }

    @Test
    void a_wrong_secret_gets_no_token() {
        var answer = ledger.requestToken(HttpClient.newHttpClient(), "operator", "wrong");

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).isEqualTo("{\"error\":\"invalid_client\"}");
    }

    @Test
    void only_an_admin_sees_the_metrics_and_the_health_is_public() {
        assertThat(ledger.api().get("admin", "/actuator/metrics").statusCode()).isEqualTo(200);
        assertThat(ledger.api().get("operator", "/actuator/metrics").statusCode())
                .isEqualTo(403);
        assertThat(ledger.api()
                        .send(HttpRequest.newBuilder(ledger.api().uri("/actuator/metrics")))
                        .statusCode())
                .isEqualTo(401);
        var health = ledger.api().send(HttpRequest.newBuilder(ledger.api().uri("/actuator/health/readiness")));
        assertThat(health.statusCode()).isEqualTo(200);
        assertThat(health.body()).isEqualTo("{\"status\":\"UP\"}");
    }

    @Test
    void a_modified_token_is_rejected() {
        var parts = ledger.token("operator").split("\\.");
        var forged =
                new String(Base64.getUrlDecoder().decode(parts[1]), UTF_8).replace("[\"operator\"]", "[\"admin\"]");
        var token = parts[0] + "." + base64(forged.getBytes(UTF_8)) + "." + parts[2];

        assertThat(ledger.api()
                        .send(HttpRequest.newBuilder(ledger.api().uri("/actuator/metrics"))
                                .header("Authorization", "Bearer " + token))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void the_provider_publishes_metadata_and_public_keys_and_no_private_keys() {
        var metadata = Api.json(
                200, ledger.api().send(HttpRequest.newBuilder(ledger.api().uri("/.well-known/openid-configuration"))));
        assertThat(metadata.get("issuer").asString()).isEqualTo("http://127.0.0.1:" + ledger.port());

        var key = Api.json(
                        200,
                        ledger.api()
                                .send(HttpRequest.newBuilder(
                                        URI.create(metadata.get("jwks_uri").asString()))))
                .get("keys")
                .get(0);
        assertThat(key.propertyNames()).contains("n", "e", "kid").doesNotContain("d", "p", "q");
    }

    @Test
    void a_user_signs_in_and_the_web_pages_get_the_users_token() throws Exception {
        var browser = HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
        var redirect = "http://127.0.0.1:" + ledger.port() + "/login/oauth2/code/ledger";
        var wanted = ledger.api()
                .uri("/oauth2/authorize?response_type=code&client_id=web&scope=openid%20profile&state=s"
                        + "&redirect_uri=" + URLEncoder.encode(redirect, UTF_8)
                        + "&code_challenge_method=S256&code_challenge=" + base64(sha256(VERIFIER)));

        var form = browse(browser, followed(browse(browser, HttpRequest.newBuilder(wanted))));
        var csrf = Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"").matcher(form.body());
        assertThat(csrf.find()).as(form.body()).isTrue();
        var signedIn = browse(
                browser,
                form(
                        "/login",
                        Map.of(
                                "username", "auditor",
                                "password", ledger.password("auditor"),
                                "_csrf", csrf.group(1))));
        var back = followed(browse(browser, followed(signedIn)));
        var code =
                Pattern.compile("[?&]code=([^&]+)").matcher(back.build().uri().toString());
        assertThat(code.find()).as(back.build().uri().toString()).isTrue();

        var tokens = Api.json(
                200,
                ledger.api()
                        .send(form(
                                "/oauth2/token",
                                Map.of(
                                        "grant_type",
                                        "authorization_code",
                                        "code",
                                        code.group(1),
                                        "redirect_uri",
                                        redirect,
                                        "code_verifier",
                                        VERIFIER,
                                        "client_id",
                                        "web",
                                        "client_secret",
                                        ledger.webClientSecret()))));
        var access = claims(tokens.get("access_token").asString());
        assertThat(access.get("sub").asString()).isEqualTo("user:auditor");
        assertThat(access.get("name").asString()).isEqualTo("auditor");
        assertThat(access.get("roles").toString()).isEqualTo("[\"auditor\"]");
        assertThat(access.get("client_id").asString()).isEqualTo("web");
        assertThat(claims(tokens.get("id_token").asString()).has("roles")).isFalse();
        assertThat(tokens.get("refresh_token").asString()).isNotEmpty();
    }

    @Test
    void a_wrong_password_shows_the_form_again() throws Exception {
        var browser = HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
        var form = browse(browser, HttpRequest.newBuilder(ledger.api().uri("/login")));
        var csrf = Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"").matcher(form.body());
        assertThat(csrf.find()).isTrue();

        var answer = browse(
                browser, form("/login", Map.of("username", "admin", "password", "wrong", "_csrf", csrf.group(1))));

        assertThat(answer.statusCode()).isEqualTo(302);
        assertThat(answer.headers().firstValue("Location").orElseThrow()).endsWith("/login?error");
    }

    @Test
    void too_many_login_attempts_are_limited_for_their_address_only() throws Exception {
        var statuses = new ArrayList<Integer>();
        HttpResponse<String> last;
        // Another loopback address, so that the other tests keep their budget.
        try (var flood = HttpClient.newBuilder()
                .localAddress(InetAddress.ofLiteral("127.0.0.2"))
                .build()) {
            do {
                last = ledger.requestToken(flood, "admin", "guess" + statuses.size());
                statuses.add(last.statusCode());
            } while (last.statusCode() == 401 && statuses.size() < 1_000);
        }

        assertThat(last.statusCode()).isEqualTo(429);
        assertThat(last.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(Integer.parseInt(last.headers().firstValue("Retry-After").orElseThrow()))
                .isPositive();
        assertThat(ledger.requestToken(HttpClient.newHttpClient(), "admin", ledger.clientSecret("admin"))
                        .statusCode())
                .isEqualTo(200);
    }

    private static HttpRequest.Builder form(String path, Map<String, String> fields) {
        return HttpRequest.newBuilder(ledger.api().uri(path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(fields.entrySet().stream()
                        .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), UTF_8))
                        .collect(Collectors.joining("&"))));
    }

    private static HttpResponse<String> browse(HttpClient browser, HttpRequest.Builder request) throws Exception {
        return browser.send(request.header("Accept", "text/html").build(), BodyHandlers.ofString(UTF_8));
    }

    private static HttpRequest.Builder followed(HttpResponse<String> redirection) {
        assertThat(redirection.statusCode()).as(redirection.body()).isEqualTo(302);
        return HttpRequest.newBuilder(redirection
                .uri()
                .resolve(redirection.headers().firstValue("Location").orElseThrow()));
    }

    private static JsonNode claims(String token) {
        return new JsonMapper().readTree(Base64.getUrlDecoder().decode(token.split("\\.")[1]));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] sha256(String text) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
    }
}
