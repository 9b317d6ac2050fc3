package org.consentledger.kernel.person;

/** Whether we may e-mail a person as far as their own will goes. */
public enum SubscriptionStatus {
    SUBSCRIBED,
    UNSUBSCRIBED
}
