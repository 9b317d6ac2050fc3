package org.consentledger.kernel.person;

import org.jspecify.annotations.Nullable;

/**
 * The legal bases of GDPR Art. 6(1), and Other. Each knows its article and its term in the W3C Data Privacy Vocabulary
 * (DPV and its EU GDPR extension).
 */
public enum AuthorizationType {
    CONSENT("Consent", "Art. 6(1)(a)", "Consent", "A6-1-a"),
    LEGITIMATE_INTEREST("Legitimate Interest", "Art. 6(1)(f)", "LegitimateInterest", "A6-1-f"),
    PERFORMANCE_OF_CONTRACT(
            "Performance of a Contract", "Art. 6(1)(b)", "ContractPerformance", "A6-1-b-contract-performance"),
    LEGAL_OBLIGATION("Compliance with Legal Obligation", "Art. 6(1)(c)", "LegalObligation", "A6-1-c"),
    VITAL_INTERESTS("Protection of Vital Interests", "Art. 6(1)(d)", "VitalInterest", "A6-1-d"),
    PUBLIC_INTEREST("Public Interest/Official Authority", "Art. 6(1)(e)", "PublicInterest", "A6-1-e"),
    OTHER("Other", null, "LegalBasis", null);

    private static final String DPV = "https://w3id.org/dpv#";
    private static final String EU_GDPR = "https://w3id.org/dpv/legal/eu/gdpr#";

    private final String label;
    private final @Nullable String gdprArticle;
    private final String dpvTerm;
    private final @Nullable String euGdprTerm;

    AuthorizationType(String label, @Nullable String gdprArticle, String dpvTerm, @Nullable String euGdprTerm) {
        this.label = label;
        this.gdprArticle = gdprArticle;
        this.dpvTerm = dpvTerm;
        this.euGdprTerm = euGdprTerm;
    }

    public String label() {
        return label;
    }

    /**
     * Returns the article of the GDPR, or null for {@link #OTHER}. Every page that shows {@link #OTHER} should warn.
     */
    public @Nullable String gdprArticle() {
        return gdprArticle;
    }

    /** Returns the DPV term as an IRI. */
    public String dpv() {
        return DPV + dpvTerm;
    }

    /** Returns the term of DPV's EU GDPR extension as an IRI, or null for {@link #OTHER}. */
    public @Nullable String euGdpr() {
        return euGdprTerm == null ? null : EU_GDPR + euGdprTerm;
    }
}
