package org.consentledger.command.person;

import java.time.Instant;
import java.util.List;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.ContactField;

/**
 * An opt-out that names contact data instead of a person. Each holder of one of the addresses or Salesforce ids is
 * unsubscribed, and an address without a holder is suppressed.
 */
public record OptOutByContact(List<String> emails, List<String> salesforceIds, Instant at) {

    public OptOutByContact {
        emails = List.copyOf(emails);
        salesforceIds = List.copyOf(salesforceIds);
    }

    /** Returns the opt-out of the addresses and Salesforce id of some contact data. */
    public static OptOutByContact of(ContactData contact, Instant at) {
        return new OptOutByContact(contact.emails(), contact.values(ContactField.SALESFORCE_ID), at);
    }
}
