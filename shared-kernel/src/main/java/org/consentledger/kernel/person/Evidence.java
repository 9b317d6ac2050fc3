package org.consentledger.kernel.person;

import java.time.LocalDate;
import org.consentledger.kernel.privacy.Personal;
import org.jspecify.annotations.Nullable;

/**
 * The evidence that a person consented anew after an opt-out (GDPR Art. 7(1)).
 *
 * @param dateOfConsent the day of the consent: not before the opt-out and not in the future
 * @param purposeOfProcessing the purpose that the person consented to
 * @param givenHow the form of the consent: a web form, a call, a letter
 * @param reference where the proof is kept
 */
public record Evidence(
        LocalDate dateOfConsent,
        @Personal String purposeOfProcessing,
        @Personal String givenHow,
        @Personal @Nullable String reference) {}
