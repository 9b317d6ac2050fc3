package org.consentledger.command.crm;

import java.time.Instant;
import org.consentledger.command.person.Person;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.SubscriptionStatus;
import org.jspecify.annotations.Nullable;

/**
 * State of a person as far as the sync needs it.
 *
 * @param changedAt time of the last opt-out or approved resubscribe; null if there was none
 */
record SyncedPerson(
        ContactData contact,
        SubscriptionStatus subscription,
        @Nullable Instant changedAt,
        boolean erased) {

    static final SyncedPerson EMPTY = of(Person.UNKNOWN);

    static SyncedPerson of(Person person) {
        var optOut = person.optOut();
        return optOut == null
                ? new SyncedPerson(
                        person.contact(), SubscriptionStatus.SUBSCRIBED, person.resubscribedAt(), person.erased())
                : new SyncedPerson(person.contact(), SubscriptionStatus.UNSUBSCRIBED, optOut.since(), person.erased());
    }

    boolean isUnsubscribed() {
        return subscription == SubscriptionStatus.UNSUBSCRIBED;
    }
}
