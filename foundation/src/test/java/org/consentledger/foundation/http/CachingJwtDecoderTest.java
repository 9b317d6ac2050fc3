package org.consentledger.foundation.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;

class CachingJwtDecoderTest {

    private static final Instant NOON = Instant.parse("2026-11-02T12:00:00Z");

    private final AtomicInteger checked = new AtomicInteger();
    private Instant now = NOON;

    private final CachingJwtDecoder tokens = new CachingJwtDecoder(this::check, new Clock() {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }
    });

    @Test
    void a_token_is_checked_once() {
        var first = tokens.decode("a token");

        assertThat(tokens.decode("a token")).isSameAs(first);
        assertThat(checked).hasValue(1);
    }

    @Test
    void a_token_is_checked_again_after_it_has_expired() {
        tokens.decode("a token");
        now = NOON.plus(Duration.ofHours(1));

        tokens.decode("a token");

        assertThat(checked).hasValue(2);
    }

    @Test
    void a_rejected_token_is_rejected_again() {
        for (int time = 1; time <= 2; time++) {
            assertThatThrownBy(() -> tokens.decode("bad")).isInstanceOf(BadJwtException.class);
            assertThat(checked).hasValue(time);
        }
    }

    private Jwt check(String token) {
        checked.incrementAndGet();
        if (token.equals("bad")) {
            throw new BadJwtException("forged");
        }
        return Jwt.withTokenValue(token)
                .header("alg", "RS256")
                .subject("u-1")
                .expiresAt(NOON.plus(Duration.ofHours(1)))
                .build();
    }
}
