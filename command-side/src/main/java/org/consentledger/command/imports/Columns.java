package org.consentledger.command.imports;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.consentledger.command.imports.UnusableFile.Flaw;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.EmailAddress;

/**
 * The columns of one file, in its order, each with what it means.
 *
 * @param ownExport whether the file is one of our own exports, whose cells were made safe for spreadsheets
 */
record Columns(List<Column> columns, boolean ownExport) {

    private static final Set<String> MARKS_OF_OUR_EXPORT = Set.of("emailid", "personid", "exportedat");

    /** One column: its name in the file, and what it holds. */
    record Column(String header, Meaning meaning) {}

    /** A mapping that names what is not there. The field says which part of it. */
    static final class UnusableMapping extends RuntimeException {

        private final String header;

        private UnusableMapping(String header, String detail) {
            super(detail, null, false, false);
            this.header = header;
        }

        String header() {
            return header;
        }

        String detail() {
            return String.valueOf(getMessage());
        }
    }

    Columns {
        columns = List.copyOf(columns);
    }

    /**
     * Understands the first row of a file.
     *
     * @param mapping by header, what a column means, where the header doesn't say it or says it wrongly; the values are
     *     words of {@link Meaning#ofMapping}
     * @throws UnusableFile if the row names no column that identifies a person
     * @throws UnusableMapping if the mapping doesn't fit the row
     */
    static Columns of(List<String> headers, Map<String, String> mapping) {
        if (headers.stream().anyMatch(header -> header.contains("@") && EmailAddress.isWellFormed(header))) {
            throw new UnusableFile(Flaw.IMPORT_HEADER_MISSING);
        }
        var keys = headers.stream().map(Headers::key).collect(Collectors.toSet());
        mapping.forEach((header, word) -> checkMapping(header, word, keys));
        var byKey = mapping.entrySet().stream()
                .collect(Collectors.toMap(
                        entry -> Headers.key(entry.getKey()), Map.Entry::getValue, (one, other) -> one));
        var columns = new ArrayList<Column>();
        for (var header : headers) {
            var mapped = Optional.ofNullable(byKey.get(Headers.key(header))).flatMap(Meaning::ofMapping);
            var meaning = mapped.or(() -> Headers.meaning(header)).orElse(Meaning.IGNORED);
            columns.add(new Column(header.strip(), meaning));
        }
        if (columns.stream().noneMatch(column -> column.meaning().identifies())) {
            throw new UnusableFile(Flaw.IMPORT_COLUMNS_UNKNOWN);
        }
        return new Columns(withoutSalutation(columns, byKey), keys.containsAll(MARKS_OF_OUR_EXPORT));
    }

    private static void checkMapping(String header, String word, Set<String> keys) {
        if (!keys.contains(Headers.key(header))) {
            throw new UnusableMapping(header, "The file has no column of that name.");
        }
        if (Meaning.ofMapping(word).isEmpty()) {
            throw new UnusableMapping(header, "Must be the name of a contact field, fullName, optOut or ignore.");
        }
    }

    /** Where a file has a column for the position, as Mautic's have, the title is Dr. or Mr., which we don't keep. */
    private static List<Column> withoutSalutation(List<Column> columns, Map<String, String> mapping) {
        var hasPosition = columns.stream()
                .anyMatch(column -> column.meaning() == Meaning.TITLE
                        && !Headers.key(column.header()).equals("title"));
        return columns.stream()
                .map(column ->
                        hasPosition && Headers.key(column.header()).equals("title") && !mapping.containsKey("title")
                                ? new Column(column.header(), Meaning.IGNORED)
                                : column)
                .toList();
    }

    int size() {
        return columns.size();
    }

    Column get(int index) {
        return columns.get(index);
    }

    /** The name of a column, or its number where it has none. */
    String name(int index) {
        var header = index < columns.size() ? columns.get(index).header() : "";
        return header.isEmpty() ? "#" + (index + 1) : header;
    }

    /** The name of the first column that goes into a field, if there is one. */
    Optional<String> nameOf(ContactField field) {
        for (var index = 0; index < columns.size(); index++) {
            if (columns.get(index).meaning().field().equals(Optional.of(field))) {
                return Optional.of(name(index));
            }
        }
        return Optional.empty();
    }

    /** The names of the columns that are not read. */
    List<String> ignored() {
        var ignored = new ArrayList<String>();
        for (var index = 0; index < columns.size(); index++) {
            if (columns.get(index).meaning() == Meaning.IGNORED) {
                ignored.add(name(index));
            }
        }
        return ignored;
    }

    /** How many of the names say something to us; tells the right separator from the wrong ones. */
    static long recognised(List<String> headers) {
        return headers.stream()
                .filter(header -> Headers.meaning(header).isPresent())
                .count();
    }
}
