package org.consentledger.command.imports;

import java.util.Optional;
import org.consentledger.kernel.person.ContactField;
import org.jspecify.annotations.Nullable;

/** The meaning of a column: the contact field that its cells fill, an opt-out, or none. */
enum ColumnMeaning {
    FIRST_NAME(ContactField.FIRST_NAME),
    LAST_NAME(ContactField.LAST_NAME),
    /** First and last name in one cell. It is used only if the row has neither of them in a separate cell. */
    FULL_NAME(null),
    COMPANY(ContactField.COMPANY),
    TITLE(ContactField.TITLE),
    EMAILS(ContactField.EMAILS),
    PHONES(ContactField.PHONES),
    WEBSITE(ContactField.WEBSITE),
    FACEBOOK(ContactField.FACEBOOK),
    TWITTER(ContactField.TWITTER),
    LINKEDIN(ContactField.LINKEDIN),
    OTHER(ContactField.OTHER),
    SALESFORCE_ID(ContactField.SALESFORCE_ID),
    /** An id of an unknown system. It is used only if it has the form of a Salesforce contact or lead id. */
    SOME_ID(ContactField.SALESFORCE_ID),
    /** A yes or no; yes means that the person must not be mailed. */
    OPT_OUT(null),
    /** A status word; words such as {@code unsubscribed} mean that the person must not be mailed. */
    STATUS(null),
    IGNORED(null);

    private final @Nullable ContactField field;

    ColumnMeaning(@Nullable ContactField field) {
        this.field = field;
    }

    /** Returns the contact field that the cells fill; empty for the meanings that fill none or several. */
    Optional<ContactField> field() {
        return Optional.ofNullable(field);
    }

    /** Whether the column can identify a person. */
    boolean identifies() {
        return field == ContactField.EMAILS || field == ContactField.SALESFORCE_ID;
    }

    /** Returns the word for this meaning in a mapping. */
    String word() {
        return switch (this) {
            case FULL_NAME -> "fullName";
            case OPT_OUT, STATUS -> "optOut";
            case IGNORED -> "ignore";
            default -> field == null ? "ignore" : field.jsonName();
        };
    }

    /**
     * Returns the meaning for a word in a mapping: the name of a contact field, {@code fullName}, {@code optOut} or
     * {@code ignore}.
     */
    static Optional<ColumnMeaning> ofMapping(String word) {
        return switch (word) {
            case "ignore" -> Optional.of(IGNORED);
            case "fullName" -> Optional.of(FULL_NAME);
            case "optOut" -> Optional.of(OPT_OUT);
            default -> ContactField.ofJsonName(word).map(field -> valueOf(field.name()));
        };
    }
}
