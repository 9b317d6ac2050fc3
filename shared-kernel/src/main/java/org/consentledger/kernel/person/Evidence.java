package org.consentledger.kernel.person;

import java.time.LocalDate;
import org.consentledger.kernel.privacy.Personal;
import org.jspecify.annotations.Nullable;

/**
 * What shows that a person consented anew after an opt-out (GDPR Art. 7(1)).
 *
 * @param dateOfConsent when they consented: not before the opt-out, not in the future
 * @param purposeOfProcessing what they consented to
 * @param givenHow how they said it: a form, a call, a letter
 * @param reference where the proof is kept
 */
public record Evidence(
        LocalDate dateOfConsent,
        @Personal String purposeOfProcessing,
        @Personal String givenHow,
        @Personal @Nullable String reference) {}
