package org.consentledger.web.session;

import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;

/**
 * The signed-in user. The roles decide what the pages offer. The ledger decides with each request what is allowed.
 *
 * @param id the subject of the user's tokens, as in the audit trail
 */
public record User(String id, String name, Set<String> roles) {

    static @Nullable User of(@Nullable Authentication authentication) {
        if (authentication == null || !(authentication.getPrincipal() instanceof OidcUser user)) {
            return null;
        }
        var id = Objects.requireNonNull(user.getSubject());
        var name = user.getFullName() == null ? user.getPreferredUsername() : user.getFullName();
        return new User(
                id,
                name == null ? id : name,
                authentication.getAuthorities().stream()
                        .map(GrantedAuthority::getAuthority)
                        .filter(Objects::nonNull)
                        .collect(Collectors.toUnmodifiableSet()));
    }

    public boolean isOperator() {
        return has(Role.OPERATOR);
    }

    public boolean isAdmin() {
        return has(Role.ADMIN);
    }

    public boolean isAuditor() {
        return has(Role.AUDITOR);
    }

    public boolean isAnalyst() {
        return has(Role.ANALYST);
    }

    /** Tells whether the user may see contact data. */
    public boolean isReader() {
        return isOperator() || isAuditor();
    }

    private boolean has(Role role) {
        return roles.contains(role.authority());
    }
}
