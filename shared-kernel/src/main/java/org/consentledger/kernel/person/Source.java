package org.consentledger.kernel.person;

import org.consentledger.kernel.privacy.Personal;
import org.jspecify.annotations.Nullable;

/**
 * How a person's data entered the ledger.
 *
 * @param description the source in words; optional, and only with {@link SourceType#OTHER}
 */
public record Source(SourceType type, @Personal @Nullable String description) {

    public static Source of(SourceType type) {
        return new Source(type, null);
    }
}
