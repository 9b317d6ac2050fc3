package org.consentledger.kernel.person;

/** The reason that was given for an opt-out. */
public enum UnsubscribeReason {
    NO_LONGER_INTERESTED("No longer interested"),
    TOO_FREQUENT("Too frequent"),
    NEVER_SIGNED_UP("Never signed up"),
    IRRELEVANT("Irrelevant"),
    BOUNCED("Bounced"),
    COMPLAINED("Complained"),
    OTHER("Other");

    private final String label;

    UnsubscribeReason(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }
}
