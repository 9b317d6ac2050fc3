package org.consentledger.foundation.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.time.Duration;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;

/**
 * Checks each token once a minute instead of at each request: an application sends the same one thousands of times, and
 * its signature costs more than many a command. What was refused isn't remembered. A token is never taken after it has
 * expired; one whose signing key was withdrawn is taken for a minute more.
 */
final class CachingJwtDecoder implements JwtDecoder {

    private static final Duration REMEMBERED = Duration.ofMinutes(1);
    private static final int TOKENS = 10_000;

    private final JwtDecoder decoder;
    private final Clock clock;
    private final Cache<String, Jwt> checked = Caffeine.newBuilder()
            .maximumSize(TOKENS)
            .expireAfterWrite(REMEMBERED)
            .build();

    CachingJwtDecoder(JwtDecoder decoder, Clock clock) {
        this.decoder = decoder;
        this.clock = clock;
    }

    @Override
    public Jwt decode(String token) {
        var known = checked.getIfPresent(token);
        if (known != null && isStillGood(known)) {
            return known;
        }
        var read = decoder.decode(token);
        checked.put(token, read);
        return read;
    }

    private boolean isStillGood(Jwt token) {
        var end = token.getExpiresAt();
        return end != null && clock.instant().isBefore(end);
    }
}
