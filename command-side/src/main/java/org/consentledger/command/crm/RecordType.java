package org.consentledger.command.crm;

/** The kinds of Salesforce records that stand for people. */
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
