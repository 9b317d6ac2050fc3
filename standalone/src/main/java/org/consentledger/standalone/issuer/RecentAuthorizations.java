package org.consentledger.standalone.issuer;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import org.consentledger.foundation.caching.CacheBounds;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.core.oidc.OidcIdToken;
import org.springframework.security.oauth2.core.oidc.endpoint.OidcParameterNames;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationCode;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;

/**
 * Which user was given which token, for as long as it matters and within bounded memory. Lost on restart; then users
 * sign in again, and access tokens, which speak for themselves, stay good. What a client is given for itself is such a
 * token and nothing more, so it isn't kept: a client that asks for one before each of its calls must neither fill the
 * heap nor end anybody's session.
 */
final class RecentAuthorizations implements OAuth2AuthorizationService {

    /** A working day, then users sign in again. */
    static final Duration LIFETIME = Duration.ofHours(10);

    private static final int MOST_SESSIONS = 5_000;

    private final int mostSessions;
    private final Cache<String, OAuth2Authorization> byId =
            Caffeine.newBuilder().expireAfterWrite(LIFETIME).build();

    /** Signing out names the first ID token of a session, though the session has been given newer ones since. */
    private final Cache<String, String> idsByIdToken =
            Caffeine.newBuilder().expireAfterWrite(LIFETIME).build();

    RecentAuthorizations() {
        this(MOST_SESSIONS);
    }

    /** Keeps so many sessions, and ten times as many names of them. */
    RecentAuthorizations(int mostSessions) {
        this.mostSessions = mostSessions;
    }

    @Override
    public void save(OAuth2Authorization authorization) {
        if (authorization.getAuthorizationGrantType().equals(AuthorizationGrantType.CLIENT_CREDENTIALS)) {
            return;
        }
        byId.put(authorization.getId(), authorization);
        CacheBounds.evictOldest(byId, mostSessions);
        var idToken = authorization.getToken(OidcIdToken.class);
        if (idToken != null) {
            idsByIdToken.put(idToken.getToken().getTokenValue(), authorization.getId());
            CacheBounds.evictOldest(idsByIdToken, 10 * mostSessions);
        }
    }

    @Override
    public void remove(OAuth2Authorization authorization) {
        byId.invalidate(authorization.getId());
    }

    @Override
    public @Nullable OAuth2Authorization findById(String id) {
        return byId.getIfPresent(id);
    }

    @Override
    public @Nullable OAuth2Authorization findByToken(String value, @Nullable OAuth2TokenType type) {
        if (type != null && OidcParameterNames.ID_TOKEN.equals(type.getValue())) {
            var id = idsByIdToken.getIfPresent(value);
            return id == null ? null : findById(id);
        }
        return byId.asMap().values().stream()
                .filter(authorization -> has(authorization, value, type))
                .findFirst()
                .orElse(null);
    }

    private static boolean has(OAuth2Authorization authorization, String value, @Nullable OAuth2TokenType type) {
        if (type != null && OAuth2ParameterNames.STATE.equals(type.getValue())) {
            return value.equals(authorization.getAttribute(OAuth2ParameterNames.STATE));
        }
        var token = authorization.getToken(value);
        return token != null && (type == null || token.getToken() == ofType(authorization, type));
    }

    private static @Nullable Object ofType(OAuth2Authorization authorization, OAuth2TokenType type) {
        var token = switch (type.getValue()) {
            case OAuth2ParameterNames.CODE -> authorization.getToken(OAuth2AuthorizationCode.class);
            case OAuth2ParameterNames.ACCESS_TOKEN -> authorization.getAccessToken();
            case OAuth2ParameterNames.REFRESH_TOKEN -> authorization.getRefreshToken();
            default -> authorization.getToken(OidcIdToken.class);
        };
        return token == null ? null : token.getToken();
    }
}
