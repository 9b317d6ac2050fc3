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
 * How a file would be read: what its columns mean, and its first rows as they stand in it.
 *
 * @param charset the encoding that was found
 * @param separator what stands between two cells
 */
record Preview(String charset, char separator, List<Column> columns) {

    private static final int ROWS = 5;
    private static final int PIECE = 64 * 1024;

    /**
     * One column.
     *
     * @param meaning in the words of a mapping
     * @param cells of the first rows
     */
    record Column(String header, String meaning, List<String> cells) {}

    /** The beginning of a file, and what is known of its encoding when all of it has been seen. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Beginning(byte[] bytes, Encoding encoding) {

        /** Goes through a whole file without keeping it. */
        static Beginning of(InputStream content) throws IOException {
            var detector = new EncodingDetector();
            var kept = new ByteArrayOutputStream();
            for (var piece = content.readNBytes(PIECE); piece.length > 0; piece = content.readNBytes(PIECE)) {
                detector.accept(piece, 0, piece.length);
                if (kept.size() < 2 * PIECE) {
                    kept.writeBytes(piece);
                }
            }
            return new Beginning(kept.toByteArray(), detector.encoding());
        }

        InputStream open() {
            return new ByteArrayInputStream(bytes);
        }
    }

    /**
     * Looks into a file.
     *
     * @throws UnusableFile if it has no first row that names the columns
     */
    static Preview of(Beginning beginning, Map<String, String> mapping) throws IOException {
        var form = ContactFile.form(beginning.encoding(), beginning.open());
        try (var file = ContactFile.open(beginning.open(), form, mapping)) {
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
            return new Preview(form.charset(), form.separator(), List.copyOf(shown));
        }
    }
}
