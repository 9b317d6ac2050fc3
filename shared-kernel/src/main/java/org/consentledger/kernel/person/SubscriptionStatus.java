package org.consentledger.kernel.person;

/** Whether the person's own choice allows e-mails. Other rules may still forbid them. */
public enum SubscriptionStatus {
    SUBSCRIBED,
    UNSUBSCRIBED
}
