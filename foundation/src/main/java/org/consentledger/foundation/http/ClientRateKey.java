package org.consentledger.foundation.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * By whom a token is asked for, as far as can be told before any secret is checked: the client that the header names,
 * and the address. So a client that asks too often locks out none that share its address.
 */
final class ClientRateKey {

    private static final String BASIC = "Basic ";

    /** What is longer is remembered for nobody, as there are many to remember. */
    private static final int LONGEST_NAME = 100;

    private ClientRateKey() {}

    /** Tells callers from each other. Whoever names no client is known by the address alone. */
    static String of(HttpServletRequest request) {
        var client = client(request.getHeader(HttpHeaders.AUTHORIZATION));
        return (client.length() > LONGEST_NAME ? "" : client) + '@' + request.getRemoteAddr();
    }

    private static String client(@Nullable String header) {
        if (header == null || !header.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            return "";
        }
        try {
            var named = new String(
                    Base64.getDecoder().decode(header.substring(BASIC.length()).strip()), UTF_8);
            return named.substring(0, Math.max(0, named.indexOf(':')));
        } catch (IllegalArgumentException unreadable) {
            return "";
        }
    }
}
