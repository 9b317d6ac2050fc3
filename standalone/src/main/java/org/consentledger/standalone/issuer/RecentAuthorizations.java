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
 * Keeps the tokens of signed-in users in bounded memory, for {@link #LIFETIME}. A restart loses them. Users then sign
 * in again; access tokens are self-contained and stay valid.
 *
 * <p>Tokens that a client gets for itself are not kept. They are self-contained too, and a client that requests one
 * before each call must neither fill the heap nor end a user's session.
 */
final class RecentAuthorizations implements OAuth2AuthorizationService {

    /** A working day; then users sign in again. */
    static final Duration LIFETIME = Duration.ofHours(10);

    private static final int MAX_SESSIONS = 5_000;

    private final int maxSessions;
    private final Cache<String, OAuth2Authorization> byId =
            Caffeine.newBuilder().expireAfterWrite(LIFETIME).build();

    /**
     * Finds a session by any of its ID tokens: a sign-out names the first one, though the session has received newer
     * ones since.
     */
    private final Cache<String, String> idsByIdToken =
            Caffeine.newBuilder().expireAfterWrite(LIFETIME).build();

    RecentAuthorizations() {
        this(MAX_SESSIONS);
    }

    /** Limits the number of sessions, and that of their ID tokens to ten times as many. */
    RecentAuthorizations(int maxSessions) {
        this.maxSessions = maxSessions;
    }

    @Override
    public void save(OAuth2Authorization authorization) {
        if (authorization.getAuthorizationGrantType().equals(AuthorizationGrantType.CLIENT_CREDENTIALS)) {
            return;
        }
        byId.put(authorization.getId(), authorization);
        CacheBounds.evictOldest(byId, maxSessions);
        var idToken = authorization.getToken(OidcIdToken.class);
        if (idToken != null) {
            idsByIdToken.put(idToken.getToken().getTokenValue(), authorization.getId());
            CacheBounds.evictOldest(idsByIdToken, 10 * maxSessions);
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
