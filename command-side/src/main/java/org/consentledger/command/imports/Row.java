package org.consentledger.command.imports;

import org.consentledger.kernel.person.ContactData;
import org.jspecify.annotations.Nullable;

/** One row of a contact file below the header. */
sealed interface Row {

    /** The line that the row begins in; the first line of the file is 1. */
    long line();

    /**
     * A row that says something about a person.
     *
     * @param optedOut whether the row says that the person must not be mailed
     */
    record Contact(long line, ContactData contact, boolean optedOut) implements Row {}

    /**
     * A row that can't be taken over.
     *
     * @param column the name of the column where it goes wrong, if it is one column
     * @param reason in words for the user, without anything of the content
     * @param optedOut what can be read of whoever must not be mailed, if the row says so: an opt-out is never lost
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
