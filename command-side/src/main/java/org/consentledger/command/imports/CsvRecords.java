package org.consentledger.command.imports;

import com.univocity.parsers.common.TextParsingException;
import com.univocity.parsers.csv.CsvParser;
import com.univocity.parsers.csv.CsvParserSettings;
import com.univocity.parsers.csv.UnescapedQuoteHandling;
import java.io.IOException;
import java.io.Reader;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a CSV text record by record. A scanner cuts the text into records, and the CSV parser gets one record at a
 * time. So a broken record costs only itself: its first line is reported and reading continues with the line below.
 * Example:
 *
 * <pre>
 * email,note
 * ada@example.org,"never closed
 * bob@example.org,fine
 * </pre>
 *
 * <p>Line 2 is {@link CsvRecord.Broken}, line 3 is {@link CsvRecord.Cells}. At most {@link #MOST_CHARACTERS} characters
 * and a line end are held in memory, for any size of file. A record that reaches this limit is broken as well.
 */
final class CsvRecords implements AutoCloseable {

    /** Longer records are reported and skipped. */
    static final int MOST_CHARACTERS = 256 * 1024;

    /** Wider records are reported and skipped. */
    static final int MOST_COLUMNS = 1000;

    // The number of over-long records of a file that are read again from their second line.
    private static final int MOST_LONG_RETRIES = 100;

    /** One record of the file. */
    sealed interface CsvRecord {

        /** The number of the line that the record begins in; the first line of the file is 1. */
        long line();

        /** The cells of a readable record. */
        record Cells(long line, List<String> cells) implements CsvRecord {}

        /**
         * A record that can't be read.
         *
         * @param column the number of the column where it goes wrong; the first is 1
         * @param reason a text for the user; it MUST NOT quote the content
         */
        record Broken(long line, @Nullable Integer column, String reason) implements CsvRecord {}
    }

    private enum Place {
        CELL_START,
        PLAIN,
        QUOTED,
        AFTER_QUOTE
    }

    private final Reader in;
    private final char separator;
    private final CsvParser parser;
    private final char[] window = new char[MOST_CHARACTERS + 2];
    private int start;
    private int end;
    private boolean atEnd;
    private long line = 1;
    private int longRetries;

    CsvRecords(Reader in, char separator) {
        this.in = in;
        this.separator = separator;
        this.parser = parserFor(separator);
    }

    private static CsvParser parserFor(char separator) {
        var settings = new CsvParserSettings();
        settings.getFormat().setDelimiter(separator);
        settings.getFormat().setLineSeparator("\n");
        settings.getFormat().setNormalizedNewline('\n');
        settings.getFormat().setComment('\0'); // a contact may begin with #
        settings.setNormalizeLineEndingsWithinQuotes(false);
        settings.setUnescapedQuoteHandling(UnescapedQuoteHandling.STOP_AT_DELIMITER);
        settings.setMaxCharsPerColumn(MOST_CHARACTERS + 2);
        settings.setMaxColumns(MOST_COLUMNS);
        settings.setNullValue("");
        settings.setEmptyValue("");
        settings.setSkipEmptyLines(false);
        return new CsvParser(settings);
    }

    /** The next record that isn't blank; null after the last one. */
    @Nullable
    CsvRecord next() throws IOException {
        while (true) {
            if (start == end && !fill()) {
                return null;
            }
            var entry = cut();
            if (!(entry instanceof CsvRecord.Cells cells) || !isBlank(cells.cells())) {
                return entry;
            }
        }
    }

    private static boolean isBlank(List<String> cells) {
        return cells.stream().allMatch(String::isBlank);
    }

    private CsvRecord cut() throws IOException {
        var place = Place.CELL_START;
        var column = 1;
        var firstLineEnd = -1; // relative to start, which moves when the window is filled
        var offset = 0;
        while (start + offset < end || fill()) {
            if (offset >= MOST_CHARACTERS) {
                return tooLong(place == Place.QUOTED, firstLineEnd);
            }
            var c = window[start + offset];
            var lineEnd = c == '\n' || c == '\r';
            if (lineEnd && firstLineEnd < 0) {
                firstLineEnd = offset;
            }
            if (place == Place.QUOTED) {
                if (c == '"') {
                    if (peek(offset + 1) == '"') {
                        offset++;
                    } else {
                        place = Place.AFTER_QUOTE;
                    }
                }
            } else if (lineEnd) {
                return parse(offset, column);
            } else if (c == separator) {
                place = Place.CELL_START;
                column++;
            } else if (place == Place.CELL_START) {
                place = c == '"' ? Place.QUOTED : c == ' ' || c == '\t' ? Place.CELL_START : Place.PLAIN;
            } else if (place == Place.AFTER_QUOTE && c != ' ' && c != '\t') {
                return broken(firstLineEnd, column, "a quotation mark inside of a quoted cell must be doubled");
            }
            offset++;
        }
        if (place == Place.QUOTED) {
            return broken(firstLineEnd, column, "the cell begins with a quotation mark that is never closed");
        }
        return parse(offset, column);
    }

    private CsvRecord parse(int length, int columns) throws IOException {
        var at = line;
        var text = new String(window, start, length);
        skip(length);
        skipLineEnd();
        if (columns > MOST_COLUMNS) {
            return new CsvRecord.Broken(at, null, "the row has more than " + MOST_COLUMNS + " cells");
        }
        if (text.indexOf('\0') >= 0) {
            return new CsvRecord.Broken(at, null, "the row holds a character that can't be stored (NUL)");
        }
        if (text.isBlank() && separator != '\t') {
            return new CsvRecord.Cells(at, List.of());
        }
        try {
            var cells = parser.parseLine(text);
            return new CsvRecord.Cells(at, cells == null ? List.of() : Arrays.asList(cells));
        } catch (TextParsingException unreadable) {
            return new CsvRecord.Broken(at, null, "the row can't be taken apart into cells");
        }
    }

    /** Reports the record as broken and continues with the line below its first one. */
    private CsvRecord broken(int firstLineEnd, @Nullable Integer column, String reason) throws IOException {
        var at = line;
        if (firstLineEnd >= 0) {
            skip(firstLineEnd);
            skipLineEnd();
        } else {
            skipLine();
        }
        return new CsvRecord.Broken(at, column, reason);
    }

    private CsvRecord tooLong(boolean quoted, int firstLineEnd) throws IOException {
        var reason = "the row is longer than " + MOST_CHARACTERS + " characters"
                + (quoted ? "; perhaps a quotation mark in it is never closed" : "");
        if (firstLineEnd >= 0 && longRetries++ < MOST_LONG_RETRIES) {
            return broken(firstLineEnd, null, reason);
        }
        return broken(-1, null, reason);
    }

    private void skipLine() throws IOException {
        while (start < end || fill()) {
            if (window[start] == '\n' || window[start] == '\r') {
                skipLineEnd();
                return;
            }
            start++;
        }
    }

    /** Skips characters that the window holds, and counts their line ends. */
    private void skip(int length) {
        for (var i = start; i < start + length; i++) {
            var pairFollows = window[i] == '\r' && i + 1 < end && window[i + 1] == '\n';
            if (window[i] == '\n' || (window[i] == '\r' && !pairFollows)) {
                line++;
            }
        }
        start += length;
    }

    /** Skips one line end (CR, LF or CRLF), if there is one. */
    private void skipLineEnd() throws IOException {
        if (start == end && !fill()) {
            return;
        }
        if (window[start] == '\r') {
            var pair = peek(1) == '\n';
            start += pair ? 2 : 1;
            line++;
        } else if (window[start] == '\n') {
            start++;
            line++;
        }
    }

    private int peek(int offset) throws IOException {
        return start + offset < end || fill() ? window[start + offset] : -1;
    }

    /** Reads more characters into the window; false at the end of the file. */
    private boolean fill() throws IOException {
        if (atEnd) {
            return false;
        }
        if (start > 0) {
            System.arraycopy(window, start, window, 0, end - start);
            end -= start;
            start = 0;
        }
        var read = in.read(window, end, window.length - end);
        if (read < 0) {
            atEnd = true;
            return false;
        }
        end += read;
        return read > 0;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
