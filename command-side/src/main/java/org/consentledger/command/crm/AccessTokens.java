package org.consentledger.command.crm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.consentledger.command.crm.SalesforceFault.Kind;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Cache of one OAuth 2 access token. Requests it with client credentials, or with a JWT that our key signs (RFC 7523),
 * and keeps it until Salesforce refuses it.
 */
final class AccessTokens {

    private static final Duration ASSERTION_LIFE = Duration.ofMinutes(3);

    private final SalesforceSettings settings;
    private final JsonHttpClient http;
    private final JsonMapper json;
    private final Clock clock;
    private @Nullable String current;

    AccessTokens(SalesforceSettings settings, JsonHttpClient http, JsonMapper json, Clock clock) {
        this.settings = settings;
        this.http = http;
        this.json = json;
        this.clock = clock;
    }

    /** Returns the cached token, or requests a new one. */
    synchronized String token() {
        var token = current;
        if (token == null) {
            token = request();
            current = token;
        }
        return token;
    }

    /** Drops the token from the cache after Salesforce refused it. A newer token stays. */
    synchronized void refused(String token) {
        if (token.equals(current)) {
            current = null;
        }
    }

    private String request() {
        var form = settings.usesJwt()
                ? Map.of("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion", assertion())
                : Map.of(
                        "grant_type", "client_credentials",
                        "client_id", requireNonNull(settings.clientId()),
                        "client_secret", requireNonNull(settings.clientSecret()));
        var encoded = form.entrySet().stream()
                .map(entry -> entry.getKey() + '=' + URLEncoder.encode(entry.getValue(), UTF_8))
                .collect(Collectors.joining("&"));
        var response = http.send(HttpRequest.newBuilder(settings.login().resolve("/services/oauth2/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Accept", "application/json")
                .POST(BodyPublishers.ofString(encoded)));
        if (response.status() >= 500 || response.status() == 429) {
            throw new SalesforceFault(Kind.UNAVAILABLE, "status " + response.status());
        }
        var body = response.json();
        if (response.status() != 200) {
            throw new SalesforceFault(
                    Kind.LOGIN_REFUSED, SalesforceFault.safe(body.path("error").asString("")));
        }
        var token = body.path("access_token").asString("");
        if (token.isEmpty()) {
            throw new SalesforceFault(Kind.UNREADABLE, "no access token");
        }
        return token;
    }

    private String assertion() {
        var claims = new LinkedHashMap<String, Object>();
        claims.put("iss", requireNonNull(settings.clientId()));
        claims.put("sub", requireNonNull(settings.username()));
        claims.put("aud", settings.login().toString());
        claims.put("exp", clock.instant().plus(ASSERTION_LIFE).getEpochSecond());
        var signed = base64("{\"alg\":\"RS256\"}".getBytes(UTF_8)) + '.' + base64(json.writeValueAsBytes(claims));
        return signed + '.' + base64(signature(signed.getBytes(UTF_8)));
    }

    private byte[] signature(byte[] text) {
        try {
            var pem = requireNonNull(settings.privateKey())
                    .replaceAll("-----[A-Z ]+-----", "")
                    .replaceAll("\\s", "");
            var key = KeyFactory.getInstance("RSA")
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));
            var rsa = Signature.getInstance("SHA256withRSA");
            rsa.initSign(key);
            rsa.update(text);
            return rsa.sign();
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new SalesforceFault(Kind.LOGIN_REFUSED, "the private key can't be used");
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
