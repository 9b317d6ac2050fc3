package org.consentledger.foundation.http;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.github.bucket4j.Bucket;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Limits the request rate of each caller with a token bucket. The buckets are cached, bounded by number and by time
 * since their last use.
 */
final class RateLimitFilter extends OncePerRequestFilter {

    private static final int REMEMBERED_CALLERS = 100_000;

    private final RequestMatcher paths;
    private final Function<HttpServletRequest, @Nullable String> caller;
    private final LoadingCache<String, Bucket> buckets;

    RateLimitFilter(RequestMatcher paths, Function<HttpServletRequest, @Nullable String> caller, int perMinute) {
        this.paths = paths;
        this.caller = caller;
        this.buckets = Caffeine.newBuilder()
                .maximumSize(REMEMBERED_CALLERS)
                .expireAfterAccess(Duration.ofMinutes(2))
                .build(key -> Bucket.builder()
                        .addLimit(limit -> limit.capacity(perMinute).refillGreedy(perMinute, Duration.ofMinutes(1)))
                        .build());
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !paths.matches(request);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        var key = caller.apply(request);
        if (key == null) {
            chain.doFilter(request, response);
            return;
        }
        var probe = buckets.get(key).tryConsumeAndReturnRemaining(1);
        if (probe.isConsumed()) {
            chain.doFilter(request, response);
        } else {
            ProblemWriter.retryAfter(response, Duration.ofNanos(probe.getNanosToWaitForRefill()));
            ProblemWriter.write(request, response, HttpStatus.TOO_MANY_REQUESTS);
        }
    }
}
