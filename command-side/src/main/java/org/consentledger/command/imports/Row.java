package org.consentledger.command.imports;

import org.consentledger.kernel.person.ContactData;
import org.jspecify.annotations.Nullable;

/** One row of a contact file below the header. */
sealed interface Row {

    /** Returns the number of the line in which the row begins; the first line of the file is 1. */
    long line();

    /**
     * A readable row about a person.
     *
     * @param optedOut whether the row says that the person must not be mailed
     */
    record Contact(long line, ContactData contact, boolean optedOut) implements Row {}

    /**
     * A row that can't be imported.
     *
     * @param column the name of the column with the error, or null if the error is not in one column
     * @param reason a text for the user; it MUST NOT quote the content
     * @param optedOut the readable contact data if the row says that the person opted out, otherwise null. The opt-out
     *     is recorded although the row is not imported, so that no opt-out is lost
     */
    record Unreadable(
            long line,
            @Nullable String column,
            String reason,
            @Nullable ContactData optedOut) implements Row {

        Unreadable(long line, @Nullable String column, String reason) {
            this(line, column, reason, null);
        }

        Unreadable withOptOutOf(ContactData contact) {
            return new Unreadable(line, column, reason, contact);
        }
    }
}
