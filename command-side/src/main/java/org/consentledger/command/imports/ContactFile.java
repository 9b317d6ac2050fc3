package org.consentledger.command.imports;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.consentledger.command.imports.EncodingDetector.Encoding;
import org.consentledger.command.imports.UnusableFileException.Flaw;
import org.jspecify.annotations.Nullable;

/** Reads the rows of a contact file one by one, from the first to the last. */
final class ContactFile implements AutoCloseable {

    /**
     * The format of a file, detected from its bytes and its first rows.
     *
     * @param charset the name of the encoding
     * @param byteOrderMark the length of the byte order mark in bytes
     * @param separator the character between two cells
     */
    record Format(String charset, int byteOrderMark, char separator) {}

    private static final char[] SEPARATORS = {',', ';', '\t', '|'};
    private static final int SAMPLE_CHARACTERS = 64 * 1024;
    private static final int SAMPLE_RECORDS = 20;
    private static final Pattern SEPARATOR_HINT = Pattern.compile("\"?sep=(.)\"?[\\r\\n]+", Pattern.CASE_INSENSITIVE);

    private final CsvRecords records;
    private final Columns columns;
    private final RowReader rows;

    private ContactFile(CsvRecords records, Columns columns) {
        this.records = records;
        this.columns = columns;
        this.rows = new RowReader(columns);
    }

    /**
     * Detects the separator. A first line such as {@code sep=;} decides. Otherwise the separator with the best
     * {@link Score} is chosen: the one that gives the most known names in the header, then the most rows as wide as the
     * header.
     */
    static Format detectFormat(Encoding encoding, InputStream content) throws IOException {
        var sample = sample(reader(content, encoding.charset(), encoding.byteOrderMark()));
        var hint = SEPARATOR_HINT.matcher(sample);
        if (hint.lookingAt()) {
            return new Format(
                    encoding.charset().name(),
                    encoding.byteOrderMark(),
                    hint.group(1).charAt(0));
        }
        var best = SEPARATORS[0];
        var bestScore = Score.NONE;
        for (var separator : SEPARATORS) {
            var score = score(sample, separator);
            if (score.compareTo(bestScore) > 0) {
                best = separator;
                bestScore = score;
            }
        }
        return new Format(encoding.charset().name(), encoding.byteOrderMark(), best);
    }

    /**
     * Opens a file and reads its header row.
     *
     * @throws UnusableFileException if the first row doesn't name the columns
     */
    static ContactFile open(InputStream content, Format format, Map<String, String> mapping) throws IOException {
        var records = new CsvRecords(
                reader(content, Charset.forName(format.charset()), format.byteOrderMark()), format.separator());
        var header = records.next();
        if (header instanceof CsvRecords.CsvRecord.Cells cells && isSeparatorHint(cells.cells(), format.separator())) {
            header = records.next();
        }
        return switch (header) {
            case null -> throw new UnusableFileException(Flaw.IMPORT_FILE_EMPTY);
            case CsvRecords.CsvRecord.Broken ignored -> throw new UnusableFileException(Flaw.IMPORT_HEADER_UNREADABLE);
            case CsvRecords.CsvRecord.Cells cells -> new ContactFile(records, Columns.of(cells.cells(), mapping));
        };
    }

    Columns columns() {
        return columns;
    }

    /** Returns the next row; null after the last one. */
    @Nullable
    Row next() throws IOException {
        var entry = records.next();
        return entry == null ? null : rows.read(entry);
    }

    /** Returns the unconverted cells of the next readable rows. */
    List<List<String>> sample(int most) throws IOException {
        var sample = new ArrayList<List<String>>();
        for (var entry = records.next(); entry != null && sample.size() < most; entry = records.next()) {
            if (entry instanceof CsvRecords.CsvRecord.Cells cells) {
                sample.add(cells.cells());
            }
        }
        return sample;
    }

    /** Skips the next row; false after the last one. */
    boolean skip() throws IOException {
        return records.next() != null;
    }

    @Override
    public void close() throws IOException {
        records.close();
    }

    private static boolean isSeparatorHint(List<String> cells, char separator) {
        var joined = String.join(String.valueOf(separator), cells);
        return joined.equalsIgnoreCase("sep=" + separator);
    }

    private static Reader reader(InputStream content, Charset charset, int byteOrderMark) throws IOException {
        content.skipNBytes(byteOrderMark);
        return new InputStreamReader(content, charset);
    }

    private static String sample(Reader reader) throws IOException {
        var sample = CharBuffer.allocate(SAMPLE_CHARACTERS);
        var read = 0;
        while (read >= 0 && sample.hasRemaining()) {
            read = reader.read(sample);
        }
        return sample.flip().toString();
    }

    private static Score score(String sample, char separator) throws IOException {
        var widths = new ArrayList<Integer>();
        var recognised = 0L;
        try (var records = new CsvRecords(new StringReader(sample), separator)) {
            for (var entry = records.next(); entry != null && widths.size() < SAMPLE_RECORDS; entry = records.next()) {
                if (entry instanceof CsvRecords.CsvRecord.Cells cells) {
                    recognised = widths.isEmpty() ? Columns.recognised(cells.cells()) : recognised;
                    widths.add(cells.cells().size());
                }
            }
        }
        if (widths.isEmpty()) {
            return Score.NONE;
        }
        int width = widths.getFirst();
        var asWide =
                width == 1 ? 0 : widths.stream().filter(other -> other == width).count();
        return new Score(recognised, asWide, width);
    }

    /** Rates a separator: by known names, then by rows as wide as the header, then by the width of the header. */
    private record Score(long recognised, long asWide, int width) implements Comparable<Score> {

        static final Score NONE = new Score(0, 0, 0);

        @Override
        public int compareTo(Score other) {
            var byNames = Long.compare(recognised, other.recognised);
            var byRows = byNames != 0 ? byNames : Long.compare(asWide, other.asWide);
            return byRows != 0 ? byRows : Integer.compare(width, other.width);
        }
    }
}
