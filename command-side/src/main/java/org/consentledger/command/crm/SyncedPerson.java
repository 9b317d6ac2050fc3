package org.consentledger.command.crm;

import java.time.Instant;
import java.util.List;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonEvent.ContactDataChanged;
import org.consentledger.kernel.person.PersonEvent.PersonErased;
import org.consentledger.kernel.person.PersonEvent.PersonRegistered;
import org.consentledger.kernel.person.PersonEvent.ResubscribeApproved;
import org.consentledger.kernel.person.PersonEvent.SalesforceRecordLinked;
import org.consentledger.kernel.person.PersonEvent.Unsubscribed;
import org.consentledger.kernel.person.SubscriptionStatus;
import org.consentledger.kernel.person.UnsubscribeCause;
import org.jspecify.annotations.Nullable;

/**
 * State of a person as far as the sync needs it: a fold of their events.
 *
 * @param changedAt time of the last opt-out or approved resubscribe; null if there was none
 */
record SyncedPerson(
        ContactData contact,
        SubscriptionStatus subscription,
        @Nullable Instant changedAt,
        boolean erased) {

    static final SyncedPerson EMPTY = new SyncedPerson(ContactData.NONE, SubscriptionStatus.SUBSCRIBED, null, false);

    SyncedPerson evolve(PersonEvent event) {
        return switch (event) {
            case PersonRegistered registered -> with(registered.contact());
            case ContactDataChanged changed -> {
                var next = contact;
                for (var change : changed.changes()) {
                    next = next.with(change.field(), change.to());
                }
                yield with(next);
            }
            case SalesforceRecordLinked linked ->
                with(contact.with(ContactField.SALESFORCE_ID, List.of(linked.salesforceId())));
            case Unsubscribed unsubscribed ->
                unsubscribed.cause() == UnsubscribeCause.ADDRESS_ADDED
                                && subscription == SubscriptionStatus.UNSUBSCRIBED
                        ? this
                        : new SyncedPerson(contact, SubscriptionStatus.UNSUBSCRIBED, unsubscribed.at(), erased);
            case ResubscribeApproved approved ->
                new SyncedPerson(contact, SubscriptionStatus.SUBSCRIBED, approved.at(), erased);
            case PersonErased ignored -> new SyncedPerson(ContactData.NONE, subscription, changedAt, true);
            default -> this; // Other events change neither addresses nor opt-outs
        };
    }

    boolean isUnsubscribed() {
        return subscription == SubscriptionStatus.UNSUBSCRIBED;
    }

    private SyncedPerson with(ContactData changed) {
        return new SyncedPerson(changed, subscription, changedAt, erased);
    }
}
