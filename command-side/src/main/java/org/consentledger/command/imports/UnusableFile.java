package org.consentledger.command.imports;

import java.util.Locale;

/** A file out of which no contact can be read at all. It is refused as a whole, before any job exists. */
final class UnusableFile extends RuntimeException {

    /** What is wrong with the file; the name becomes the problem type, so it is a part of the API. */
    enum Flaw {
        IMPORT_FILE_EMPTY("The file is empty."),
        IMPORT_FILE_BINARY("The file is not text. Save the spreadsheet as CSV and send that."),
        IMPORT_FILE_ENCODING("The file's encoding is none of UTF-8, UTF-16 and Windows-1252."),
        IMPORT_HEADER_MISSING("The first row must name the columns; it looks like a contact already."),
        IMPORT_HEADER_UNREADABLE("The first row, which must name the columns, can't be read."),
        IMPORT_COLUMNS_UNKNOWN("No column holds an e-mail address or a Salesforce id, as far as the first row tells. "
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

    UnusableFile(Flaw flaw) {
        super(flaw.detail(), null, false, false);
        this.flaw = flaw;
    }

    Flaw flaw() {
        return flaw;
    }
}
