package org.consentledger.command.person;

import java.time.Instant;
import java.util.List;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.ContactField;

/**
 * An opt-out of which only contact data says whose it is. Whoever has one of the addresses or Salesforce ids is
 * unsubscribed, and an address that nobody has is suppressed.
 */
public record OptOutByContact(List<String> emails, List<String> salesforceIds, Instant at) {

    public OptOutByContact {
        emails = List.copyOf(emails);
        salesforceIds = List.copyOf(salesforceIds);
    }

    /** Of whoever has what some contact data names. */
    public static OptOutByContact of(ContactData contact, Instant at) {
        return new OptOutByContact(contact.emails(), contact.values(ContactField.SALESFORCE_ID), at);
    }
}
