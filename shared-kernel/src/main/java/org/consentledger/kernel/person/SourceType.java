package org.consentledger.kernel.person;

/** The ways by which a person's data enters the ledger. A closed list. */
public enum SourceType {
    CRM_SYNC("CRM Sync"),
    IMPORT("Import"),
    MANUAL_UPLOAD("Manual Upload"),
    CHROME_EXTENSION("Chrome Extension"),
    OTHER("Other");

    private final String label;

    SourceType(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }
}
