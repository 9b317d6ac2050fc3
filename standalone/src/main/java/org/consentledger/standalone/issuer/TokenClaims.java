package org.consentledger.standalone.issuer;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import java.util.List;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;

/** Adds the name and the roles to the tokens. Only access tokens carry roles, so an ID token gives no access. */
final class TokenClaims implements OAuth2TokenCustomizer<JwtEncodingContext> {

    private static final String ROLE_PREFIX = "ROLE_";

    @Override
    public void customize(JwtEncodingContext context) {
        var client = context.getRegisteredClient();
        if (AuthorizationGrantType.CLIENT_CREDENTIALS.equals(context.getAuthorizationGrantType())) {
            List<String> roles = requireNonNullElse(
                    client.getClientSettings().getSetting(ClientRegistrations.ROLES), List.<String>of());
            addClaims(context, client.getClientId(), roles);
        } else {
            Authentication user = requireNonNull(context.getPrincipal());
            addClaims(context, username(user), roles(user));
        }
    }

    private static void addClaims(JwtEncodingContext context, String name, List<String> roles) {
        var claims = context.getClaims().claim("name", name).claim("preferred_username", name);
        if (OAuth2TokenType.ACCESS_TOKEN.equals(context.getTokenType())) {
            claims.claim("client_id", context.getRegisteredClient().getClientId())
                    .claim("roles", roles);
        }
    }

    private static String username(Authentication user) {
        return user.getName().substring(CredentialsUserDetailsService.SUBJECT_PREFIX.length());
    }

    private static List<String> roles(Authentication user) {
        return user.getAuthorities().stream()
                .map(GrantedAuthority::getAuthority)
                .filter(authority -> authority != null && authority.startsWith(ROLE_PREFIX))
                .map(authority -> authority.substring(ROLE_PREFIX.length()))
                .sorted()
                .toList();
    }
}
