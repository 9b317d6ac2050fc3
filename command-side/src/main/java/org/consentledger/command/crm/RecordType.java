package org.consentledger.command.crm;

/** Types of Salesforce records that represent people. */
enum RecordType {
    LEAD("Lead"),
    CONTACT("Contact");

    private final String apiName;

    RecordType(String apiName) {
        this.apiName = apiName;
    }

    String apiName() {
        return apiName;
    }
}
