package org.consentledger.command.person;

import java.time.Instant;
import java.util.List;

/**
 * An opt-out of which only contact data says whose it is. Whoever has one of the addresses or Salesforce ids is
 * unsubscribed, and an address that nobody has is suppressed.
 */
public record OptOutByContact(List<String> emails, List<String> salesforceIds, Instant at) {

    public OptOutByContact {
        emails = List.copyOf(emails);
        salesforceIds = List.copyOf(salesforceIds);
    }
}
