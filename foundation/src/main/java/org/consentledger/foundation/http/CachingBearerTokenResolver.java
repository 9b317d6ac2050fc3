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
 * Extracts the token from its header (RFC 6750, section 2.1) like Spring's resolver, and caches the result by header.
 * Spring checks the form of a token character by character, which costs more than most of a command. This class doesn't
 * validate the token: {@link CachingJwtDecoder} does.
 */
final class CachingBearerTokenResolver implements BearerTokenResolver {

    private static final Duration KEPT_FOR = Duration.ofMinutes(1);
    private static final long MAX_CHARACTERS = 4_000_000;

    private final BearerTokenResolver resolver = new DefaultBearerTokenResolver();
    private final Cache<String, String> tokens = Caffeine.newBuilder()
            .maximumWeight(MAX_CHARACTERS)
            .weigher((String header, String token) -> header.length() + token.length())
            .expireAfterAccess(KEPT_FOR)
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
