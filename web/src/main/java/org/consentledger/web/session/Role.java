package org.consentledger.web.session;

import java.util.Locale;
import java.util.Optional;

/** The roles in the access token. */
enum Role {
    OPERATOR,
    ADMIN,
    AUDITOR,
    ANALYST;

    String authority() {
        return "ROLE_" + name();
    }

    static Optional<Role> ofClaim(String claim) {
        for (var role : values()) {
            if (role.name().toLowerCase(Locale.ROOT).equals(claim)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }
}
