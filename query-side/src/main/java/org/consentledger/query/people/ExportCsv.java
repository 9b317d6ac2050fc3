package org.consentledger.query.people;

import com.univocity.parsers.csv.CsvWriter;
import com.univocity.parsers.csv.CsvWriterSettings;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
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

    // Also matches after apostrophes: the import removes one, and an export that is imported must give the same values.
    private static final Pattern FORMULA =
            Pattern.compile("^'*[\\s\\p{Z}]*[=+\\-@\\t\\r\\n\\x00\\uFF1D\\uFF0B\\uFF0D\\uFF20]");

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
            defused(contact.firstName()),
            defused(contact.lastName()),
            defused(contact.company()),
            defused(contact.title()),
            defused(String.join("; ", contact.emails())),
            defused(String.join("; ", contact.phones())),
            defused(contact.website()),
            defused(contact.other()),
            person.updatedAt().toString(),
            person.createdAt().toString(),
            defused(contact.salesforceId()),
            person.personId().toString(),
            defused(contact.facebook()),
            defused(contact.twitter()),
            defused(contact.linkedin()),
            exportedAt.toString()
        };
    }

    private static @Nullable String defused(@Nullable String cell) {
        return cell != null && FORMULA.matcher(cell).lookingAt() ? "'" + cell : cell;
    }

    private ExportCsv() {}
}
