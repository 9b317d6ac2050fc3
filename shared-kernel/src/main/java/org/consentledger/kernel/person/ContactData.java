package org.consentledger.kernel.person;

import java.util.List;
import org.consentledger.kernel.privacy.Personal;
import org.jspecify.annotations.Nullable;

/**
 * A person's names, addresses and phone numbers. The first of the e-mail addresses is the primary one.
 *
 * @param salesforceId the person's record in Salesforce; compare by {@link SalesforceId#comparable}
 */
public record ContactData(
        @Personal @Nullable String firstName,
        @Personal @Nullable String lastName,
        @Personal @Nullable String company,
        @Personal @Nullable String title,
        @Personal List<String> emails,
        @Personal List<String> phones,
        @Personal @Nullable String website,
        @Personal @Nullable String facebook,
        @Personal @Nullable String twitter,
        @Personal @Nullable String linkedin,
        @Personal @Nullable String other,
        @Personal @Nullable String salesforceId) {

    /** The maximum number of e-mail addresses of a person, and also of phone numbers. */
    public static final int MOST_ENTRIES = 20;

    public static final ContactData NONE =
            new ContactData(null, null, null, null, List.of(), List.of(), null, null, null, null, null, null);

    public ContactData {
        emails = emails == null ? List.of() : List.copyOf(emails);
        phones = phones == null ? List.of() : List.copyOf(phones);
    }

    /** Whether the data distinguishes the person from all others. */
    public boolean isIdentifiable() {
        return !emails.isEmpty() || salesforceId != null;
    }

    /** Returns the values of one field: at most one, but any number of e-mail addresses and phone numbers. */
    public List<String> values(ContactField field) {
        return switch (field) {
            case FIRST_NAME -> listOf(firstName);
            case LAST_NAME -> listOf(lastName);
            case COMPANY -> listOf(company);
            case TITLE -> listOf(title);
            case EMAILS -> emails;
            case PHONES -> phones;
            case WEBSITE -> listOf(website);
            case FACEBOOK -> listOf(facebook);
            case TWITTER -> listOf(twitter);
            case LINKEDIN -> listOf(linkedin);
            case OTHER -> listOf(other);
            case SALESFORCE_ID -> listOf(salesforceId);
        };
    }

    /** Returns a copy of the data with other values for one field. */
    public ContactData with(ContactField field, List<String> values) {
        return new ContactData(
                field == ContactField.FIRST_NAME ? only(values) : firstName,
                field == ContactField.LAST_NAME ? only(values) : lastName,
                field == ContactField.COMPANY ? only(values) : company,
                field == ContactField.TITLE ? only(values) : title,
                field == ContactField.EMAILS ? values : emails,
                field == ContactField.PHONES ? values : phones,
                field == ContactField.WEBSITE ? only(values) : website,
                field == ContactField.FACEBOOK ? only(values) : facebook,
                field == ContactField.TWITTER ? only(values) : twitter,
                field == ContactField.LINKEDIN ? only(values) : linkedin,
                field == ContactField.OTHER ? only(values) : other,
                field == ContactField.SALESFORCE_ID ? only(values) : salesforceId);
    }

    private static List<String> listOf(@Nullable String value) {
        return value == null ? List.of() : List.of(value);
    }

    private static @Nullable String only(List<String> values) {
        return values.isEmpty() ? null : values.getFirst();
    }
}
