package org.consentledger.foundation.http;

import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import org.consentledger.kernel.provenance.Role;
import org.springframework.core.convert.converter.Converter;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;

/**
 * Converts the roles in a token to Spring Security's authorities, {@code ROLE_OPERATOR} and so on. An admin is an
 * operator too. A token without a subject is rejected, because the ledger must be able to name the actor of each event.
 */
final class Authorities implements Converter<Jwt, Collection<GrantedAuthority>> {

    static String of(Role role) {
        return "ROLE_" + role.name();
    }

    @Override
    public Collection<GrantedAuthority> convert(Jwt token) {
        if (token.getSubject() == null || token.getSubject().isBlank()) {
            throw new InvalidBearerTokenException("The token has no subject");
        }
        var roles = EnumSet.noneOf(Role.class);
        roles.addAll(Caller.rolesOf(token));
        if (roles.contains(Role.ADMIN)) {
            roles.add(Role.OPERATOR);
        }
        return List.copyOf(roles.stream()
                .map(role -> (GrantedAuthority) new SimpleGrantedAuthority(of(role)))
                .toList());
    }
}
