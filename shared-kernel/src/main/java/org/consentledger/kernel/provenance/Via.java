package org.consentledger.kernel.provenance;

/** The channel by which a command came in. */
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

    /** Returns the label of the channel in the unsubscribe history. */
    public String label() {
        return label;
    }
}
