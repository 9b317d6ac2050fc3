package org.consentledger.web.session;

import com.nimbusds.jwt.JWTParser;
import java.text.ParseException;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.oauth2.client.oidc.userinfo.OidcUserRequest;
import org.springframework.security.oauth2.client.oidc.userinfo.OidcUserService;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.oidc.user.DefaultOidcUser;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;

/**
 * Reads the roles from the access token. The token came directly from the provider, so its signature is not verified
 * here: the roles only decide what the pages offer, and the APIs verify the token with each request.
 */
final class RoleMappingUserService extends OidcUserService {

    @Override
    public OidcUser loadUser(OidcUserRequest request) {
        var user = super.loadUser(request);
        return new DefaultOidcUser(authorities(request.getAccessToken()), user.getIdToken(), user.getUserInfo());
    }

    private static List<GrantedAuthority> authorities(OAuth2AccessToken token) {
        var roles = EnumSet.noneOf(Role.class);
        claimed(token).map(Role::ofClaim).forEach(role -> role.ifPresent(roles::add));
        if (roles.contains(Role.ADMIN)) {
            roles.add(Role.OPERATOR);
        }
        Set<String> names = new TreeSet<>();
        roles.forEach(role -> names.add(role.authority()));
        // Spring Security requires at least one authority per user
        names.add("SIGNED_IN");
        return names.stream()
                .map(name -> (GrantedAuthority) new SimpleGrantedAuthority(name))
                .toList();
    }

    private static Stream<String> claimed(OAuth2AccessToken token) {
        try {
            return switch (JWTParser.parse(token.getTokenValue())
                    .getJWTClaimsSet()
                    .getClaim("roles")) {
                case String one -> Stream.of(one);
                case Collection<?> several ->
                    several.stream().filter(String.class::isInstance).map(String.class::cast);
                case null -> Stream.empty();
                default -> Stream.empty();
            };
        } catch (ParseException opaque) {
            return Stream.empty();
        }
    }
}
