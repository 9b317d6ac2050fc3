package org.consentledger.web.ledger;

import java.util.List;

/** The codes that forms and filters offer, in the order of the page. */
public final class Codes {

    public static final List<String> AUTHORIZATIONS = List.of(
            "CONSENT",
            "LEGITIMATE_INTEREST",
            "PERFORMANCE_OF_CONTRACT",
            "LEGAL_OBLIGATION",
            "VITAL_INTERESTS",
            "PUBLIC_INTEREST",
            "OTHER");
    public static final List<String> SOURCES =
            List.of("CRM_SYNC", "IMPORT", "MANUAL_UPLOAD", "CHROME_EXTENSION", "OTHER");
    public static final List<String> REASONS = List.of(
            "NO_LONGER_INTERESTED", "TOO_FREQUENT", "NEVER_SIGNED_UP", "IRRELEVANT", "BOUNCED", "COMPLAINED", "OTHER");
    public static final List<String> VIAS =
            List.of("WEB", "API", "IMPORT", "BULK", "CRM_SYNC", "LINK", "ONE_CLICK", "SYSTEM");

    private Codes() {}
}
