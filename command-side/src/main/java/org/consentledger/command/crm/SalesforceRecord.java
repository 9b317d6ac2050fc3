package org.consentledger.command.crm;

import java.time.Instant;
import org.consentledger.kernel.person.ContactData;
import org.jspecify.annotations.Nullable;

/**
 * A lead or a contact as Salesforce has it.
 *
 * @param optedOut what the opt-out field says
 * @param converted whether it was a lead, and is read-only now
 * @param successor the record that it became, by a conversion or a merge
 * @param contact what is known of the person, the record's id included
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

    /** Whether it can't be written to any more. */
    boolean isGone() {
        return deleted || converted;
    }
}
