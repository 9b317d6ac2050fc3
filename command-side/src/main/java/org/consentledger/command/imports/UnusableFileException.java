package org.consentledger.command.imports;

import java.util.Locale;

/** Thrown if no contact can be read from a file. The file is refused as a whole, before its job is created. */
final class UnusableFileException extends RuntimeException {

    /** The reason for the refusal. Its name becomes the problem type, so it is part of the API. */
    enum Flaw {
        IMPORT_FILE_EMPTY("The file is empty."),
        IMPORT_FILE_BINARY("The file is not text. Save the spreadsheet as CSV and send that."),
        IMPORT_FILE_ENCODING("The encoding of the file must be UTF-8, UTF-16 or Windows-1252."),
        IMPORT_HEADER_MISSING("The first row must name the columns, but it looks like a contact."),
        IMPORT_HEADER_UNREADABLE("The first row, which must name the columns, can't be read."),
        IMPORT_COLUMNS_UNKNOWN("The first row names no column for e-mail addresses or Salesforce ids. "
                + "Name the columns in the mapping."),
        IMPORT_FILE_WITHOUT_ROWS("The file has a header and no contact below it.");

        private final String detail;

        Flaw(String detail) {
            this.detail = detail;
        }

        String detail() {
            return detail;
        }

        /** {@code IMPORT_FILE_EMPTY} becomes {@code import-file-empty}, the last part of the problem type. */
        String slug() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private final Flaw flaw;

    UnusableFileException(Flaw flaw) {
        super(flaw.detail(), null, false, false);
        this.flaw = flaw;
    }

    Flaw flaw() {
        return flaw;
    }
}
