package org.consentledger.command.imports;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.consentledger.command.imports.CsvRecords.CsvRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvRecordsTest {

    @Test
    void a_record_knows_the_line_that_it_begins_in() throws IOException {
        assertThat(read("a,b\n1,\"2\n\n3\"\r\n\r\n4,5\r6,7"))
                .extracting(CsvRecord::line)
                .containsExactly(1L, 2L, 6L, 7L);
    }

    @Test
    void rows_without_any_content_are_no_records() throws IOException {
        assertThat(read("a,b\n\n  \n,\n\"\",\" \"\n1,2\n,,,\n"))
                .containsExactly(cells(1, "a", "b"), cells(6, "1", "2"));
    }

    @Test
    void a_quotation_mark_that_is_never_closed_breaks_only_its_own_line() throws IOException {
        assertThat(read("a,b\n1,\"2\n3,4\n5,6\n"))
                .containsExactly(
                        cells(1, "a", "b"),
                        new CsvRecord.Broken(2, 2, "the cell begins with a quotation mark that is never closed"),
                        cells(3, "3", "4"),
                        cells(4, "5", "6"));
    }

    @Test
    void a_quotation_mark_that_is_not_doubled_breaks_only_its_own_line() throws IOException {
        assertThat(read("a,b\n\"say \"so\"\",x\n3,4\n"))
                .containsExactly(
                        cells(1, "a", "b"),
                        new CsvRecord.Broken(2, 1, "a quotation mark inside of a quoted cell must be doubled"),
                        cells(3, "3", "4"));
    }

    @Test
    void a_quotation_mark_later_in_a_cell_is_text() throws IOException {
        assertThat(read("a,b\n5\" disk,the \"best\"\n")).contains(cells(2, "5\" disk", "the \"best\""));
    }

    @Test
    void a_row_that_is_too_long_is_reported_and_the_next_is_read() throws IOException {
        var text = "a,b\n1," + "x".repeat(3 * CsvRecords.MOST_CHARACTERS) + "\n3,4\n";
        var entries = read(text);
        assertThat(entries).hasSize(3).contains(cells(3, "3", "4"));
        assertThat(entries.get(1)).isInstanceOf(CsvRecord.Broken.class);
    }

    @Test
    void a_row_that_is_too_wide_is_reported_and_the_next_is_read() throws IOException {
        var entries = read("a,b\n" + "x,".repeat(CsvRecords.MOST_COLUMNS) + "y\n3,4\n");
        assertThat(entries)
                .containsExactly(
                        cells(1, "a", "b"),
                        new CsvRecord.Broken(2, null, "the row has more than 1000 cells"),
                        cells(3, "3", "4"));
    }

    @Test
    void a_row_with_a_null_character_is_reported() throws IOException {
        assertThat(read("a,b\n1,x\0y\n").get(1)).isInstanceOf(CsvRecord.Broken.class);
    }

    @Test
    void a_file_made_of_quotation_marks_that_run_on_is_read_in_bounded_time() throws IOException {
        var line = "\"" + "x".repeat(200_000) + "\"\"\n";
        var entries = read(line.repeat(300));
        assertThat(entries).isNotEmpty();
    }

    static List<Long> seeds() {
        return IntStream.range(0, 200).mapToObj(seed -> (long) seed).toList();
    }

    /** Any cells, written as RFC 4180 says, are read back, whatever the line ends and however the text arrives. */
    @ParameterizedTest
    @MethodSource("seeds")
    void what_is_written_is_read_back(long seed) throws IOException {
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        var separator = ",;\t|".charAt(random.nextInt(4));
        var lineEnd = List.of("\n", "\r\n", "\r").get(random.nextInt(3));
        var written = new ArrayList<List<String>>();
        var text = new StringBuilder();
        for (var row = 0; row < 1 + random.nextInt(40); row++) {
            var cells = IntStream.range(0, 4).mapToObj(i -> anyCell(random, i)).toList();
            written.add(cells);
            text.append(cells.stream()
                            .map(cell -> '"' + cell.replace("\"", "\"\"") + '"')
                            .collect(Collectors.joining(String.valueOf(separator))))
                    .append(lineEnd);
        }
        var read = new ArrayList<List<String>>();
        try (var records = new CsvRecords(new Trickle(new StringReader(text.toString()), random), separator)) {
            for (var entry = records.next(); entry != null; entry = records.next()) {
                read.add(((CsvRecord.Cells) entry).cells());
            }
        }
        assertThat(read).isEqualTo(written);
    }

    /** No text at all makes the reader fail, run on for ever or lose the last line. */
    @ParameterizedTest
    @MethodSource("seeds")
    void any_text_is_read_to_its_end(long seed) throws IOException {
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        var text = random.ints(random.nextInt(400), 0, 8)
                .mapToObj(i -> String.valueOf("ab,\"\"\n\r ".charAt(i)))
                .collect(Collectors.joining());
        var entries = read(text + "\nlast,one");
        assertThat(entries.getLast().line()).isLessThanOrEqualTo(text.lines().count() + 2);
        assertThat(entries)
                .last()
                .satisfies(entry -> assertThat(entry.toString()).containsAnyOf("one", "quotation"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r\n\r\n", " "})
    void a_text_without_content_has_no_records(String text) throws IOException {
        assertThat(read(text)).isEmpty();
    }

    private static String anyCell(RandomGenerator random, int index) {
        var alphabet = "aé汉,;\t|\"\n\r #=+'😀".codePoints().toArray();
        var text = new StringBuilder(index == 0 ? "x" : "");
        for (var i = random.nextInt(8); i > 0; i--) {
            text.appendCodePoint(alphabet[random.nextInt(alphabet.length)]);
        }
        return text.toString();
    }

    private static List<CsvRecord> read(String text) throws IOException {
        var entries = new ArrayList<CsvRecord>();
        try (var records = new CsvRecords(new StringReader(text), ',')) {
            for (var entry = records.next(); entry != null; entry = records.next()) {
                entries.add(entry);
            }
        }
        return entries;
    }

    private static CsvRecord cells(long line, String... cells) {
        return new CsvRecord.Cells(line, List.of(cells));
    }

    /** Gives a few characters at a time, as a network does. */
    private static final class Trickle extends Reader {

        private final Reader in;
        private final RandomGenerator random;

        Trickle(Reader in, RandomGenerator random) {
            this.in = in;
            this.random = random;
        }

        @Override
        public int read(char[] buffer, int offset, int length) throws IOException {
            return in.read(buffer, offset, Math.min(length, 1 + random.nextInt(5)));
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
