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
 * What the sync must know of a person: a fold of their events.
 *
 * @param changedAt when they were opted out, or in again; null where neither has happened
 */
record Standing(
        ContactData contact,
        SubscriptionStatus subscription,
        @Nullable Instant changedAt,
        boolean erased) {

    static final Standing NOBODY = new Standing(ContactData.NONE, SubscriptionStatus.SUBSCRIBED, null, false);

    Standing evolve(PersonEvent event) {
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
                        : new Standing(contact, SubscriptionStatus.UNSUBSCRIBED, unsubscribed.at(), erased);
            case ResubscribeApproved approved ->
                new Standing(contact, SubscriptionStatus.SUBSCRIBED, approved.at(), erased);
            case PersonErased ignored -> new Standing(ContactData.NONE, subscription, changedAt, true);
            default -> this; // the rest says nothing of addresses and opt-outs
        };
    }

    boolean isUnsubscribed() {
        return subscription == SubscriptionStatus.UNSUBSCRIBED;
    }

    private Standing with(ContactData changed) {
        return new Standing(changed, subscription, changedAt, erased);
    }
}
