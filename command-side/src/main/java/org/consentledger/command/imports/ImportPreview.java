package org.consentledger.command.imports;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.consentledger.command.imports.EncodingDetector.Encoding;

/**
 * Shows how an import would read a file: the meaning of each column and the unconverted cells of the first rows.
 *
 * @param charset the name of the detected encoding
 * @param separator the character between two cells
 */
record ImportPreview(String charset, char separator, List<Column> columns) {

    private static final int ROWS = 5;
    private static final int BUFFER_BYTES = 64 * 1024;

    /**
     * One column.
     *
     * @param meaning the word for its meaning in a mapping
     * @param cells its cells in the first rows
     */
    record Column(String header, String meaning, List<String> cells) {}

    /** The first bytes of a file, and the encoding that was detected from the whole file. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record FileStart(byte[] bytes, Encoding encoding) {

        /** Reads the whole file and keeps only its first bytes. */
        static FileStart of(InputStream content) throws IOException {
            var detector = new EncodingDetector();
            var kept = new ByteArrayOutputStream();
            for (var read = content.readNBytes(BUFFER_BYTES);
                    read.length > 0;
                    read = content.readNBytes(BUFFER_BYTES)) {
                detector.accept(read, 0, read.length);
                if (kept.size() < 2 * BUFFER_BYTES) {
                    kept.writeBytes(read);
                }
            }
            return new FileStart(kept.toByteArray(), detector.encoding());
        }

        InputStream open() {
            return new ByteArrayInputStream(bytes);
        }
    }

    /**
     * Builds the preview of a file.
     *
     * @throws UnusableFileException if the first row does not name the columns
     */
    static ImportPreview of(FileStart start, Map<String, String> mapping) throws IOException {
        var format = ContactFile.detectFormat(start.encoding(), start.open());
        try (var file = ContactFile.open(start.open(), format, mapping)) {
            var columns = file.columns();
            var rows = file.sample(ROWS);
            var shown = new ArrayList<Column>();
            for (var index = 0; index < columns.size(); index++) {
                var column = index;
                shown.add(new Column(
                        columns.name(index),
                        columns.get(index).meaning().word(),
                        rows.stream()
                                .map(row -> column < row.size() ? row.get(column) : "")
                                .toList()));
            }
            return new ImportPreview(format.charset(), format.separator(), List.copyOf(shown));
        }
    }
}
