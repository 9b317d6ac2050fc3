package org.consentledger.foundation.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.github.bucket4j.Bucket;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Limits the rate at which an address may present invalid tokens. Each of them costs a check of its signature, and
 * perhaps a request for the issuer's keys. A token that was valid within the last two minutes still passes at an
 * address over its limit, because many callers may share that address.
 */
final class FailedTokenLimitFilter extends OncePerRequestFilter {

    private static final int REMEMBERED = 100_000;
    private static final Duration KEPT_FOR = Duration.ofMinutes(2);

    private final LoadingCache<String, Bucket> addresses;
    private final Cache<String, Boolean> good = Caffeine.newBuilder()
            .maximumSize(REMEMBERED)
            .expireAfterAccess(KEPT_FOR)
            .build();

    FailedTokenLimitFilter(int perMinute) {
        addresses = Caffeine.newBuilder()
                .maximumSize(REMEMBERED)
                .expireAfterAccess(KEPT_FOR)
                .build(address -> Bucket.builder()
                        .addLimit(limit -> limit.capacity(perMinute).refillGreedy(perMinute, Duration.ofMinutes(1)))
                        .build());
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return request.getHeader(HttpHeaders.AUTHORIZATION) == null;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        var bucket = addresses.get(request.getRemoteAddr());
        var token = digest(request.getHeader(HttpHeaders.AUTHORIZATION));
        var known = good.getIfPresent(token) != null;
        if (!known && bucket.getAvailableTokens() == 0) {
            var probe = bucket.estimateAbilityToConsume(1);
            ProblemWriter.retryAfter(response, Duration.ofNanos(probe.getNanosToWaitForRefill()));
            ProblemWriter.write(request, response, HttpStatus.TOO_MANY_REQUESTS);
            return;
        }
        chain.doFilter(request, response);
        if (response.getStatus() == HttpStatus.UNAUTHORIZED.value()) {
            good.invalidate(token);
            bucket.tryConsume(1);
        } else if (!known && response.getStatus() < 400) {
            good.put(token, true);
        }
    }

    private static String digest(String token) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This JVM has no SHA-256", e);
        }
    }
}
