package org.consentledger.command.imports;

import java.util.Optional;
import org.consentledger.kernel.person.ContactField;
import org.jspecify.annotations.Nullable;

/** What the cells of a column say about a person. */
enum Meaning {
    FIRST_NAME(ContactField.FIRST_NAME),
    LAST_NAME(ContactField.LAST_NAME),
    /** Both names in one cell; counts only where a row has neither of them in a cell of its own. */
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
    /** An id of some system; counts only where it has the form of a Salesforce contact's or lead's. */
    SOME_ID(ContactField.SALESFORCE_ID),
    /** A yes or no, where yes means that the person must not be mailed. */
    OPT_OUT(null),
    /** A word, of which some mean that the person must not be mailed. */
    STATUS(null),
    IGNORED(null);

    private final @Nullable ContactField field;

    Meaning(@Nullable ContactField field) {
        this.field = field;
    }

    /** The field that the cells go into, if it is one field. */
    Optional<ContactField> field() {
        return Optional.ofNullable(field);
    }

    /** Whether the column can tell one person from another. */
    boolean identifies() {
        return field == ContactField.EMAILS || field == ContactField.SALESFORCE_ID;
    }

    /** How an explicit mapping would spell it. */
    String word() {
        return switch (this) {
            case FULL_NAME -> "fullName";
            case OPT_OUT, STATUS -> "optOut";
            case IGNORED -> "ignore";
            default -> field == null ? "ignore" : field.jsonName();
        };
    }

    /**
     * The meaning that an explicit mapping spells: a field's name, {@code fullName}, {@code optOut} or {@code ignore}.
     */
    static Optional<Meaning> ofMapping(String word) {
        return switch (word) {
            case "ignore" -> Optional.of(IGNORED);
            case "fullName" -> Optional.of(FULL_NAME);
            case "optOut" -> Optional.of(OPT_OUT);
            default -> ContactField.ofJsonName(word).map(field -> valueOf(field.name()));
        };
    }
}
