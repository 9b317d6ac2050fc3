package org.consentledger.kernel.provenance;

import java.util.Locale;
import java.util.Optional;

/** What an actor may be; the token's {@code roles} claim carries the names in lower case. */
public enum Role {
    OPERATOR,
    ADMIN,
    AUDITOR,
    ANALYST;

    /** The name as tokens carry it, {@code operator} for instance. */
    public String claim() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The role of that name in a token; empty for a name that is none of ours. */
    public static Optional<Role> ofClaim(String claim) {
        for (var role : values()) {
            if (role.claim().equals(claim)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }
}
