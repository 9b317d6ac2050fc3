package org.consentledger.foundation.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.security.oauth2.server.resource.web.BearerTokenResolver;
import org.springframework.security.oauth2.server.resource.web.DefaultBearerTokenResolver;

/**
 * Takes the token out of its header (RFC 6750, section 2.1) as Spring does, but looks closely only at a header that
 * wasn't seen a moment ago: the form of a token is checked character by character, which costs more than most of a
 * command. Whether the token is any good is not its concern.
 */
final class CachingBearerTokenResolver implements BearerTokenResolver {

    private static final Duration A_MOMENT = Duration.ofMinutes(1);
    private static final long CHARACTERS = 4_000_000;

    private final BearerTokenResolver resolver = new DefaultBearerTokenResolver();
    private final Cache<String, String> tokens = Caffeine.newBuilder()
            .maximumWeight(CHARACTERS)
            .weigher((String header, String token) -> header.length() + token.length())
            .expireAfterAccess(A_MOMENT)
            .build();

    @Override
    public @Nullable String resolve(HttpServletRequest request) {
        var header = request.getHeader(HttpHeaders.AUTHORIZATION);
        var known = header == null ? null : tokens.getIfPresent(header);
        if (known != null) {
            return known;
        }
        var token = resolver.resolve(request);
        if (header != null && token != null) {
            tokens.put(header, token);
        }
        return token;
    }
}
