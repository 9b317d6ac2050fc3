package org.consentledger.query.people;

import com.univocity.parsers.csv.CsvWriter;
import com.univocity.parsers.csv.CsvWriterSettings;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import org.consentledger.foundation.spreadsheet.SpreadsheetCell;
import org.jspecify.annotations.Nullable;

/** Writes one person as a CSV file. Spreadsheets open it as it is and execute no cell of it. */
final class ExportCsv {

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private static final List<String> HEADER = List.of(
            "First Name",
            "Last Name",
            "Company",
            "Title",
            "Email ID",
            "Phone Number",
            "Website",
            "Other",
            "Updated At",
            "Created At",
            "Salesforce ID",
            "Person ID",
            "Facebook",
            "Twitter",
            "LinkedIn",
            "Exported At");

    static String of(PersonDocument person, Instant exportedAt) {
        var settings = new CsvWriterSettings();
        settings.getFormat().setLineSeparator("\r\n");
        settings.setNormalizeLineEndingsWithinQuotes(false);
        settings.setIgnoreLeadingWhitespaces(false);
        settings.setIgnoreTrailingWhitespaces(false);
        settings.setQuoteEscapingEnabled(true);
        settings.setNullValue("");
        settings.setEmptyValue("");
        settings.setMaxCharsPerColumn(-1);
        var text = new StringWriter();
        text.write(BYTE_ORDER_MARK);
        var writer = new CsvWriter(text, settings);
        writer.writeHeaders(HEADER);
        writer.writeRow(cells(person, exportedAt));
        writer.close();
        return text.toString();
    }

    private static @Nullable Object[] cells(PersonDocument person, Instant exportedAt) {
        var contact = person.contact();
        return new @Nullable Object[] {
            SpreadsheetCell.escape(contact.firstName()),
            SpreadsheetCell.escape(contact.lastName()),
            SpreadsheetCell.escape(contact.company()),
            SpreadsheetCell.escape(contact.title()),
            SpreadsheetCell.escape(String.join("; ", contact.emails())),
            SpreadsheetCell.escape(String.join("; ", contact.phones())),
            SpreadsheetCell.escape(contact.website()),
            SpreadsheetCell.escape(contact.other()),
            person.updatedAt().toString(),
            person.createdAt().toString(),
            SpreadsheetCell.escape(contact.salesforceId()),
            person.personId().toString(),
            SpreadsheetCell.escape(contact.facebook()),
            SpreadsheetCell.escape(contact.twitter()),
            SpreadsheetCell.escape(contact.linkedin()),
            exportedAt.toString()
        };
    }

    private ExportCsv() {}
}
