package org.consentledger.foundation.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.UUID;
import java.util.function.Consumer;
import org.consentledger.kernel.provenance.Role;

/**
 * The parts of an OIDC issuer that a resource server uses: its configuration, its keys, and tokens signed with them.
 */
public final class TestIssuer {

    private final RSAKey key;
    private final HttpServer server;

    private TestIssuer(RSAKey key, HttpServer server) {
        this.key = key;
        this.server = server;
    }

    /** Starts an issuer on a free port. It stops with the JVM. */
    public static TestIssuer start() {
        try {
            var key = new RSAKeyGenerator(2048)
                    .keyID(UUID.randomUUID().toString())
                    .generate();
            var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            var issuer = new TestIssuer(key, server);
            answer(server, "/.well-known/openid-configuration", """
                    {"issuer": "%1$s", "jwks_uri": "%1$s/keys", "subject_types_supported": ["public"]}
                    """.formatted(issuer.uri()));
            answer(server, "/keys", new JWKSet(key.toPublicJWK()).toString());
            server.start();
            return issuer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    public String uri() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Returns a valid token of a user with these roles. The user is named after the first role. */
    public String token(Role... roles) {
        return token(claims ->
                claims.claim("roles", Arrays.stream(roles).map(Role::claim).toList()));
    }

    /** Returns a token with changed claims. */
    public String token(Consumer<JWTClaimsSet.Builder> change) {
        var claims = usualClaims();
        change.accept(claims);
        return signed(claims.build(), key);
    }

    /** Returns a token with the usual claims, signed with a foreign key under the id of the issuer's key. */
    public String forged(Role... roles) {
        try {
            var theirs = new RSAKeyGenerator(2048).keyID(key.getKeyID()).generate();
            return signed(claimsOf(roles), theirs);
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns an unsigned token. */
    public String unsigned(Role... roles) {
        return new PlainJWT(claimsOf(roles)).serialize();
    }

    private JWTClaimsSet claimsOf(Role... roles) {
        return usualClaims()
                .claim("roles", Arrays.stream(roles).map(Role::claim).toList())
                .build();
    }

    private JWTClaimsSet.Builder usualClaims() {
        var now = Instant.now();
        return new JWTClaimsSet.Builder()
                .issuer(uri())
                .subject("user-1")
                .claim("name", "Test User")
                .claim("client_id", "test")
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(3_600)));
    }

    private static String signed(JWTClaimsSet claims, RSAKey key) {
        try {
            var token = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .keyID(key.getKeyID())
                            .build(),
                    claims);
            token.sign(new RSASSASigner(key));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void answer(HttpServer server, String path, String json) {
        server.createContext(path, exchange -> {
            try (exchange) {
                var bytes = json.getBytes(UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        });
    }
}
