package org.consentledger.foundation.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * The rate-limit key of a token request: the client id in the {@code Authorization} header, unverified because no
 * secret has been checked yet, and the remote address. So a client that exceeds its rate doesn't lock out the other
 * clients at its address.
 */
final class ClientRateKey {

    private static final String BASIC = "Basic ";

    /** A longer client id is ignored, because the rate limiter keeps many keys in memory. */
    private static final int LONGEST_NAME = 100;

    private ClientRateKey() {}

    /** Returns the key of a request. It is the address alone if the request names no client. */
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
