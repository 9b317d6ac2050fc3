package org.consentledger.command.imports;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.consentledger.command.imports.UnusableFileException.Flaw;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.EmailAddress;

/**
 * The columns of one file in the file's order, each with its {@link ColumnMeaning}.
 *
 * @param ownExport whether the ledger itself exported the file. Its cells are escaped against formulas, so the reader
 *     undoes that
 */
record Columns(List<Column> columns, boolean ownExport) {

    private static final Set<String> COLUMNS_OF_OWN_EXPORT = Set.of("emailid", "personid", "exportedat");

    /** One column: its name in the file and its meaning. */
    record Column(String header, ColumnMeaning meaning) {}

    /** Thrown for a mapping entry that names a column the file does not have, or an unknown meaning. */
    static final class UnusableMappingException extends RuntimeException {

        private final String header;

        private UnusableMappingException(String header, String detail) {
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
     * Assigns a meaning to each cell of the header row. A mapping entry wins over the known column names; a column with
     * neither is ignored.
     *
     * @param mapping meanings by header, for headers that are unknown or misleading; the values are words of
     *     {@link ColumnMeaning#ofMapping}
     * @throws UnusableFileException if no column can identify a person
     * @throws UnusableMappingException if the mapping doesn't fit the row
     */
    static Columns of(List<String> headers, Map<String, String> mapping) {
        if (headers.stream().anyMatch(header -> header.contains("@") && EmailAddress.isWellFormed(header))) {
            throw new UnusableFileException(Flaw.IMPORT_HEADER_MISSING);
        }
        var keys = headers.stream().map(KnownColumnNames::key).collect(Collectors.toSet());
        mapping.forEach((header, word) -> checkMapping(header, word, keys));
        var byKey = mapping.entrySet().stream()
                .collect(Collectors.toMap(
                        entry -> KnownColumnNames.key(entry.getKey()), Map.Entry::getValue, (one, other) -> one));
        var columns = new ArrayList<Column>();
        for (var header : headers) {
            var mapped =
                    Optional.ofNullable(byKey.get(KnownColumnNames.key(header))).flatMap(ColumnMeaning::ofMapping);
            var meaning = mapped.or(() -> KnownColumnNames.meaning(header)).orElse(ColumnMeaning.IGNORED);
            columns.add(new Column(header.strip(), meaning));
        }
        if (columns.stream().noneMatch(column -> column.meaning().identifies())) {
            throw new UnusableFileException(Flaw.IMPORT_COLUMNS_UNKNOWN);
        }
        return new Columns(withoutSalutation(columns, byKey), keys.containsAll(COLUMNS_OF_OWN_EXPORT));
    }

    private static void checkMapping(String header, String word, Set<String> keys) {
        if (!keys.contains(KnownColumnNames.key(header))) {
            throw new UnusableMappingException(header, "The file has no column of that name.");
        }
        if (ColumnMeaning.ofMapping(word).isEmpty()) {
            throw new UnusableMappingException(
                    header, "Must be the name of a contact field, fullName, optOut or ignore.");
        }
    }

    /**
     * Ignores the column {@code title} if another column holds the job title, as in Mautic's exports: there it is a
     * salutation such as Dr. or Mr., which the ledger does not keep. An explicit mapping wins.
     */
    private static List<Column> withoutSalutation(List<Column> columns, Map<String, String> mapping) {
        var hasPosition = columns.stream()
                .anyMatch(column -> column.meaning() == ColumnMeaning.TITLE
                        && !KnownColumnNames.key(column.header()).equals("title"));
        return columns.stream()
                .map(column -> hasPosition
                                && KnownColumnNames.key(column.header()).equals("title")
                                && !mapping.containsKey("title")
                        ? new Column(column.header(), ColumnMeaning.IGNORED)
                        : column)
                .toList();
    }

    int size() {
        return columns.size();
    }

    Column get(int index) {
        return columns.get(index);
    }

    /** Returns the name of a column, or its number, such as {@code #3}, if the name is empty. */
    String name(int index) {
        var header = index < columns.size() ? columns.get(index).header() : "";
        return header.isEmpty() ? "#" + (index + 1) : header;
    }

    /** Returns the name of the first column that fills a field. */
    Optional<String> nameOf(ContactField field) {
        for (var index = 0; index < columns.size(); index++) {
            if (columns.get(index).meaning().field().equals(Optional.of(field))) {
                return Optional.of(name(index));
            }
        }
        return Optional.empty();
    }

    /** Returns the names of the columns that are not read. */
    List<String> ignored() {
        var ignored = new ArrayList<String>();
        for (var index = 0; index < columns.size(); index++) {
            if (columns.get(index).meaning() == ColumnMeaning.IGNORED) {
                ignored.add(name(index));
            }
        }
        return ignored;
    }

    /** Counts the known column names. The right separator gives more of them than a wrong one. */
    static long recognised(List<String> headers) {
        return headers.stream()
                .filter(header -> KnownColumnNames.meaning(header).isPresent())
                .count();
    }
}
