package org.consentledger.command.imports;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.consentledger.foundation.spreadsheet.SpreadsheetCell;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.EmailAddress;
import org.consentledger.kernel.person.SalesforceId;

/**
 * Converts the cells of a row to contact data. A cell may hold several addresses or numbers: {@code a@x.org :::
 * b@x.org} gives two. If several columns have the same meaning, the first column with a value counts for a text, and
 * addresses and numbers are collected from all of them.
 *
 * <p>An opt-out is read even from a row that can't be used otherwise: after the first wrong cell the others are still
 * read, and the unreadable row carries the opt-out with the contact data by which the person is found.
 */
final class RowReader {

    // Google joins with " ::: ", we with "; ". A comma or a semicolon can't be part of an address, but it can be part
    // of a number.
    private static final Pattern BETWEEN_ADDRESSES = Pattern.compile("\\s*:::\\s*|[;,\\r\\n]+");
    private static final Pattern BETWEEN_NUMBERS = Pattern.compile("\\s*:::\\s*|;\\s+|[\\r\\n]+");
    /** What people write into a cell where there is no address. */
    private static final Set<String> NO_ADDRESS = Set.of(
            "n/a",
            "na",
            "n.a",
            "none",
            "null",
            "nil",
            "-",
            "--",
            "–",
            "—",
            "?",
            "unknown",
            "no email",
            "no e-mail",
            "keine",
            "keiner",
            "unbekannt",
            "aucun",
            "aucune",
            "inconnu",
            "ninguno",
            "ninguna",
            "無",
            "无",
            "沒有",
            "没有");

    private static final Pattern CONTACT_OR_LEAD_ID = Pattern.compile("(003|00Q)[A-Za-z0-9]{12}([A-Za-z0-9]{3})?");
    private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?");
    private static final Pattern NO_NUMBER = Pattern.compile("0+(\\.0+)?");

    private static final Set<String> YES =
            Set.of("true", "yes", "y", "t", "on", "x", "opted out", "opted-out", "opt out", "opt-out", "opted_out");
    private static final Set<String> NO =
            Set.of("", "false", "no", "n", "f", "off", "null", "opted in", "opted-in", "opt in", "opt-in", "opted_in");
    private static final Set<String> STATUS_OPTED_OUT =
            Set.of("unsubscribed", "blocklisted", "blacklisted", "opted out", "opted-out", "optout", "do not contact");

    private final Columns columns;

    RowReader(Columns columns) {
        this.columns = columns;
    }

    /** Converts one record to one row. */
    Row read(CsvRecords.CsvRecord entry) {
        return switch (entry) {
            case CsvRecords.CsvRecord.Broken broken ->
                new Row.Unreadable(
                        broken.line(),
                        broken.column() == null ? null : columns.name(broken.column() - 1),
                        broken.reason());
            case CsvRecords.CsvRecord.Cells cells -> read(cells.line(), cells.cells());
        };
    }

    private Row read(long line, List<String> cells) {
        var surplusIsEmpty = cells.stream().skip(columns.size()).allMatch(String::isBlank);
        if (cells.size() < columns.size() || !surplusIsEmpty) {
            return new Row.Unreadable(
                    line, null, "the row has " + cells.size() + " cells, the header has " + columns.size());
        }
        return new Reading(line).read(cells);
    }

    /** The state of one row while it is read. */
    private final class Reading {

        private final long line;
        private final Map<ContactField, List<String>> values = new EnumMap<>(ContactField.class);
        private String fullName = "";
        private boolean optedOut;
        private Optional<Row.Unreadable> wrong = Optional.empty();

        Reading(long line) {
            this.line = line;
        }

        Row read(List<String> cells) {
            for (var index = 0; index < columns.size(); index++) {
                var cell = columns.ownExport() ? SpreadsheetCell.restore(cells.get(index)) : cells.get(index);
                if (columns.get(index).meaning() != ColumnMeaning.IGNORED && !cell.isBlank()) {
                    var reason = take(columns.get(index).meaning(), cell);
                    if (reason.isPresent() && wrong.isEmpty()) {
                        wrong = Optional.of(new Row.Unreadable(line, columns.name(index), reason.get()));
                    }
                }
            }
            if (!values.containsKey(ContactField.FIRST_NAME) && !values.containsKey(ContactField.LAST_NAME)) {
                splitName(fullName, values);
            }
            var contact = contact(values);
            if (wrong.isEmpty() && contact.isIdentifiable()) {
                return new Row.Contact(line, contact, optedOut);
            }
            var unreadable = wrong.orElseGet(
                    () -> new Row.Unreadable(line, null, "the row has neither an e-mail address nor a Salesforce id"));
            return optedOut ? unreadable.withOptOutOf(contact) : unreadable;
        }

        private Optional<String> take(ColumnMeaning meaning, String cell) {
            return switch (meaning) {
                case OPT_OUT -> {
                    var answer = yesOrNo(cell);
                    optedOut |= answer.orElse(false);
                    yield answer.isPresent()
                            ? Optional.empty()
                            : Optional.of("says neither yes nor no to whether the person opted out");
                }
                case STATUS -> {
                    optedOut |= STATUS_OPTED_OUT.contains(word(cell));
                    yield Optional.empty();
                }
                case FULL_NAME -> {
                    fullName = fullName.isEmpty() ? cell.strip() : fullName;
                    yield Optional.empty();
                }
                default -> RowReader.take(meaning, cell, values);
            };
        }
    }

    /** Adds the values of a cell; returns the reason if the cell is wrong. */
    private static Optional<String> take(ColumnMeaning meaning, String cell, Map<ContactField, List<String>> values) {
        var field = meaning.field().orElseThrow();
        Optional<String> wrong = Optional.empty();
        switch (meaning) {
            case EMAILS -> {
                for (var part : BETWEEN_ADDRESSES.split(cell, -1)) {
                    var address = EmailAddress.written(part);
                    if (address.isEmpty() || NO_ADDRESS.contains(address.toLowerCase(Locale.ROOT))) {
                        continue;
                    }
                    if (!EmailAddress.isWellFormed(address)) {
                        wrong = Optional.of("is not an e-mail address");
                        continue;
                    }
                    var known = values.computeIfAbsent(field, ignored -> new ArrayList<>());
                    var comparable = EmailAddress.comparable(address);
                    if (known.stream().map(EmailAddress::comparable).noneMatch(comparable::equals)) {
                        known.add(address);
                    }
                }
            }
            case PHONES -> {
                for (var part : BETWEEN_NUMBERS.split(cell, -1)) {
                    var number = part.strip();
                    var known = values.computeIfAbsent(field, ignored -> new ArrayList<>());
                    if (!number.isEmpty() && !known.contains(number)) {
                        known.add(number);
                    }
                }
            }
            case SALESFORCE_ID -> {
                if (!SalesforceId.isWellFormed(cell)) {
                    return Optional.of("is not a Salesforce id of 15 or 18 letters and digits");
                }
                values.putIfAbsent(field, List.of(cell.strip()));
            }
            case SOME_ID -> {
                if (CONTACT_OR_LEAD_ID.matcher(cell.strip()).matches()) {
                    values.putIfAbsent(field, List.of(cell.strip()));
                }
            }
            default -> values.putIfAbsent(field, List.of(cell));
        }
        return wrong;
    }

    /** Mautic's reports give a number, which is 0 only where nothing speaks against mailing. */
    private static Optional<Boolean> yesOrNo(String cell) {
        var word = word(cell);
        if (NUMBER.matcher(word).matches()) {
            return Optional.of(!NO_NUMBER.matcher(word).matches());
        }
        if (YES.contains(word) || STATUS_OPTED_OUT.contains(word)) {
            return Optional.of(true);
        }
        return NO.contains(word) ? Optional.of(false) : Optional.empty();
    }

    private static String word(String cell) {
        return cell.strip().toLowerCase(Locale.ROOT);
    }

    /** "Ada Maria Nowak" and "Nowak, Ada Maria" are the same; a single word is a first name. */
    private static void splitName(String fullName, Map<ContactField, List<String>> values) {
        if (fullName.isEmpty()) {
            return;
        }
        var comma = fullName.indexOf(',');
        var space = fullName.lastIndexOf(' ');
        if (comma >= 0) {
            put(values, ContactField.FIRST_NAME, fullName.substring(comma + 1));
            put(values, ContactField.LAST_NAME, fullName.substring(0, comma));
        } else {
            put(values, ContactField.FIRST_NAME, space < 0 ? fullName : fullName.substring(0, space));
            put(values, ContactField.LAST_NAME, space < 0 ? "" : fullName.substring(space + 1));
        }
    }

    private static void put(Map<ContactField, List<String>> values, ContactField field, String value) {
        if (!value.isBlank()) {
            values.put(field, List.of(value.strip()));
        }
    }

    private static ContactData contact(Map<ContactField, List<String>> values) {
        var contact = ContactData.NONE;
        for (var entry : values.entrySet()) {
            contact = contact.with(entry.getKey(), entry.getValue());
        }
        return contact;
    }
}
