package org.consentledger.kernel.person;

import org.consentledger.kernel.privacy.Personal;
import org.jspecify.annotations.Nullable;

/**
 * How a person's data entered the ledger.
 *
 * @param description what it is; with {@link SourceType#OTHER} alone, and optional there
 */
public record Source(SourceType type, @Personal @Nullable String description) {

    public static Source of(SourceType type) {
        return new Source(type, null);
    }
}
