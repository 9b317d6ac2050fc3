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
 * What the roles in a token are to Spring Security: {@code ROLE_OPERATOR} and so on. An admin is an operator too. A
 * token without a subject is no good: the ledger must be able to say who it was.
 */
final class Authorities implements Converter<Jwt, Collection<GrantedAuthority>> {

    static String of(Role role) {
        return "ROLE_" + role.name();
    }

    @Override
    public Collection<GrantedAuthority> convert(Jwt token) {
        if (token.getSubject() == null || token.getSubject().isBlank()) {
            throw new InvalidBearerTokenException("The token doesn't say whose it is");
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
