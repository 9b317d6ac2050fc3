package org.consentledger.command.crm;

import java.time.Instant;
import org.consentledger.kernel.person.ContactData;
import org.jspecify.annotations.Nullable;

/**
 * A lead or a contact as read from Salesforce.
 *
 * @param optedOut value of the opt-out field
 * @param converted whether it is a converted lead, which Salesforce makes read-only
 * @param successor id of the record that replaces it after a conversion or a merge
 * @param contact contact data of the person, with the id of the record
 */
record SalesforceRecord(
        RecordType type,
        String id,
        Instant modstamp,
        boolean optedOut,
        boolean deleted,
        boolean converted,
        @Nullable String successor,
        ContactData contact) {

    /** Whether Salesforce refuses writes to the record. */
    boolean isGone() {
        return deleted || converted;
    }
}
