package org.consentledger.command.imports;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The files of csv-spectrum, each beside the JSON that it means, and look-alikes of ours for where they are absent. */
class CsvSpectrumTest {

    private static final Path FILES =
            Path.of(System.getProperty("ledger.testdata", "../../shared/data")).resolve("csv-spectrum");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "comma_in_quotes",
                "empty",
                "escaped_quotes",
                "json",
                "newlines",
                "quotes_and_newlines",
                "simple",
                "utf8"
            })
    void each_file_is_read_as_its_json(String name) throws IOException {
        assertThat(parsed(csv(name))).isEqualTo(json(name));
    }

    // The copies of these that we have were checked out with plain line feeds; what their names promise is put back.
    @ParameterizedTest
    @ValueSource(strings = {"empty_crlf", "newlines_crlf", "simple_crlf"})
    void each_file_with_windows_line_ends_is_read_as_its_json(String name) throws IOException {
        var text = csv(name).replace("\r\n", "\n").replace("\n", "\r\n");
        assertThat(parsed(text)).isEqualTo(json(name));
    }

    @Test
    void degree_signs_and_quotation_marks_inside_of_a_cell_are_text() throws IOException {
        var rows = parsed(csv("location_coordinates"));
        var meant = JsonMapper.shared()
                .readValue(
                        Files.readString(FILES.resolve("json-location_coordinates.json")),
                        new TypeReference<Map<String, String>>() {});

        // The JSON gives another telephone number than the file.
        assertThat(meant).containsEntry("Contact Phone Number", "1234567890");
        meant.put("Contact Phone Number", "2095257564");
        assertThat(rows).containsExactly(meant);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "a,b\\n1,\"x, y\"~[{\"a\":\"1\",\"b\":\"x, y\"}]",
                "a,b\\r\\n1,\"x\\r\\ny\"\\r\\n~[{\"a\":\"1\",\"b\":\"x\\r\\ny\"}]",
                "a,b\\r1,2\\r3,4~[{\"a\":\"1\",\"b\":\"2\"},{\"a\":\"3\",\"b\":\"4\"}]",
                "a,b\\n1,\"say \"\"so\"\"\"~[{\"a\":\"1\",\"b\":\"say \\\"so\\\"\"}]",
                "a,b\\n\"\",\"\"\"\"~[{\"a\":\"\",\"b\":\"\\\"\"}]",
                "a,b\\n#1,2\\n\\n3,4~[{\"a\":\"#1\",\"b\":\"2\"},{\"a\":\"3\",\"b\":\"4\"}]",
                "a,b\\n 1 ,\" 2 \" ~[{\"a\":\"1\",\"b\":\" 2 \"}]"
            })
    void look_alikes_are_read_as_their_json(String escaped, String json) throws IOException {
        var text = escaped.replace("\\n", "\n").replace("\\r", "\r");
        assertThat(parsed(text)).isEqualTo(rowsOf(json));
    }

    private static String csv(String name) throws IOException {
        var file = FILES.resolve("csvs-" + name + ".csv");
        assumeTrue(Files.exists(file), () -> "the csv-spectrum files are not at " + FILES.toAbsolutePath());
        return new String(Files.readAllBytes(file), UTF_8);
    }

    private static List<Map<String, String>> json(String name) throws IOException {
        return rowsOf(Files.readString(FILES.resolve("json-" + name + ".json")));
    }

    private static List<Map<String, String>> rowsOf(String json) {
        return JsonMapper.shared().readValue(json, new TypeReference<>() {});
    }

    private static List<Map<String, String>> parsed(String text) throws IOException {
        var bytes = text.getBytes(UTF_8);
        var detector = new EncodingDetector();
        detector.accept(bytes, 0, bytes.length);
        assertThat(detector.encoding().charset()).isEqualTo(UTF_8);
        var separator = ContactFile.detectFormat(detector.encoding(), new ByteArrayInputStream(bytes))
                .separator();
        var rows = new ArrayList<Map<String, String>>();
        try (var records = new CsvRecords(new StringReader(text), separator)) {
            List<String> header = List.of();
            for (var entry = records.next(); entry != null; entry = records.next()) {
                var cells = ((CsvRecords.CsvRecord.Cells) entry).cells();
                if (header.isEmpty()) {
                    header = cells;
                    continue;
                }
                var row = new LinkedHashMap<String, String>();
                for (var i = 0; i < header.size(); i++) {
                    row.put(header.get(i), cells.get(i));
                }
                rows.add(row);
            }
        }
        return rows;
    }
}
