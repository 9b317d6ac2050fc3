package org.consentledger.kernel.person;

import java.time.LocalDate;
import org.consentledger.kernel.privacy.Personal;
import org.jspecify.annotations.Nullable;

/**
 * The legal basis on which a person's data may be processed.
 *
 * @param dateOfConsent when the consent was given; only with {@link AuthorizationType#CONSENT}
 * @param purposeOfProcessing the purpose of the consent; only with {@link AuthorizationType#CONSENT}
 * @param description the legal basis in words; optional, and only with {@link AuthorizationType#OTHER}
 */
public record Authorization(
        AuthorizationType type,
        @Nullable LocalDate dateOfConsent,
        @Personal @Nullable String purposeOfProcessing,
        @Personal @Nullable String description) {

    public static Authorization consent(LocalDate dateOfConsent, String purposeOfProcessing) {
        return new Authorization(AuthorizationType.CONSENT, dateOfConsent, purposeOfProcessing, null);
    }

    public static Authorization other(@Nullable String description) {
        return new Authorization(AuthorizationType.OTHER, null, null, description);
    }

    /** Returns an authorization that consists of its type alone. */
    public static Authorization of(AuthorizationType type) {
        return new Authorization(type, null, null, null);
    }
}
