package org.consentledger.foundation.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.time.Duration;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;

/**
 * Caches validated tokens for a minute. An application sends the same token with thousands of requests, and checking a
 * signature costs more than many a command.
 *
 * <p>The cache weakens validation in one way, which is bounded: a token whose signing key was withdrawn stays valid for
 * at most one more minute. Everything else holds as without the cache:
 *
 * <ul>
 *   <li>An expired token is never returned from the cache. Each hit compares the token's end with the clock, and a miss
 *       goes to the decoder, which rejects it.
 *   <li>A rejected token is not cached, so a token that becomes valid later is accepted at once.
 *   <li>A token without an expiry is decoded at each request.
 * </ul>
 *
 * <p>Example: a token that ends at 12:05:00 is decoded at 12:04:30 and cached until 12:05:30. From 12:05:00 on it is
 * rejected all the same.
 */
final class CachingJwtDecoder implements JwtDecoder {

    private static final Duration KEPT_FOR = Duration.ofMinutes(1);
    private static final int MAX_TOKENS = 10_000;

    private final JwtDecoder decoder;
    private final Clock clock;
    private final Cache<String, Jwt> checked = Caffeine.newBuilder()
            .maximumSize(MAX_TOKENS)
            .expireAfterWrite(KEPT_FOR)
            .build();

    CachingJwtDecoder(JwtDecoder decoder, Clock clock) {
        this.decoder = decoder;
        this.clock = clock;
    }

    @Override
    public Jwt decode(String token) {
        var known = checked.getIfPresent(token);
        if (known != null && isUnexpired(known)) {
            return known;
        }
        var read = decoder.decode(token);
        checked.put(token, read);
        return read;
    }

    private boolean isUnexpired(Jwt token) {
        var end = token.getExpiresAt();
        return end != null && clock.instant().isBefore(end);
    }
}
