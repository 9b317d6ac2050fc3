package org.consentledger.kernel.provenance;

import java.util.Locale;
import java.util.Optional;

/** The roles of an actor. The token's {@code roles} claim holds their names in lower case. */
public enum Role {
    OPERATOR,
    ADMIN,
    AUDITOR,
    ANALYST;

    /** Returns the name of the role in a token, for example {@code operator}. */
    public String claim() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the role with that name in a token, or empty for a name that the ledger doesn't know. */
    public static Optional<Role> ofClaim(String claim) {
        for (var role : values()) {
            if (role.claim().equals(claim)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }
}
