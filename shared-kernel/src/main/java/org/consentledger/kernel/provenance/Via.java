package org.consentledger.kernel.provenance;

/** The way by which a command came in. */
public enum Via {
    WEB("Manual"),
    API("Manual"),
    IMPORT("Import"),
    BULK("Manual"),
    CRM_SYNC("Salesforce Sync"),
    LINK("Clicked Link"),
    ONE_CLICK("Clicked Link"),
    SYSTEM("System");

    private final String label;

    Via(String label) {
        this.label = label;
    }

    /** The word that the unsubscribe history shows for it. */
    public String label() {
        return label;
    }
}
