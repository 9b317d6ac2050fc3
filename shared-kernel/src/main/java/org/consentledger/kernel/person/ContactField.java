package org.consentledger.kernel.person;

import java.util.Optional;

/** Names the fields of {@link ContactData}, so that a change can name the field that it sets. */
public enum ContactField {
    FIRST_NAME("firstName"),
    LAST_NAME("lastName"),
    COMPANY("company"),
    TITLE("title"),
    EMAILS("emails"),
    PHONES("phones"),
    WEBSITE("website"),
    FACEBOOK("facebook"),
    TWITTER("twitter"),
    LINKEDIN("linkedin"),
    OTHER("other"),
    SALESFORCE_ID("salesforceId");

    private final String jsonName;

    ContactField(String jsonName) {
        this.jsonName = jsonName;
    }

    /** The field's name in requests, answers and events. */
    public String jsonName() {
        return jsonName;
    }

    /** Whether the field holds a list. */
    public boolean isList() {
        return this == EMAILS || this == PHONES;
    }

    public static Optional<ContactField> ofJsonName(String name) {
        for (var field : values()) {
            if (field.jsonName.equals(name)) {
                return Optional.of(field);
            }
        }
        return Optional.empty();
    }
}
