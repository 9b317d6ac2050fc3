package org.consentledger.kernel.person;

import java.time.LocalDate;
import org.consentledger.kernel.privacy.Personal;
import org.jspecify.annotations.Nullable;

/**
 * Why a person's data may be processed.
 *
 * @param dateOfConsent when the consent was given; with {@link AuthorizationType#CONSENT} alone
 * @param purposeOfProcessing what the consent is for; with {@link AuthorizationType#CONSENT} alone
 * @param description what it is; with {@link AuthorizationType#OTHER} alone, and optional there
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

    /** An authorization that is told by its type alone. */
    public static Authorization of(AuthorizationType type) {
        return new Authorization(type, null, null, null);
    }
}
