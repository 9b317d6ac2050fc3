package org.consentledger.command.imports;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.consentledger.testdata.TestData;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** CSV files, each beside the JSON that it means: our own, and those of csv-spectrum where they are present. */
class CsvSpectrumTest {

    private static Stream<Arguments> files() {
        return eachPresent(
                "comma_in_quotes",
                "empty",
                "escaped_quotes",
                "json",
                "newlines",
                "quotes_and_newlines",
                "simple",
                "utf8");
    }

    private static Stream<Arguments> filesWithWindowsLineEnds() {
        return eachPresent("empty_crlf", "newlines_crlf", "simple_crlf");
    }

    private static Stream<Arguments> eachPresent(String... names) {
        return TestData.present().flatMap(data -> Stream.of(names).map(name -> Arguments.of(data, name)));
    }

    @ParameterizedTest
    @MethodSource("files")
    void each_file_is_read_as_its_json(TestData data, String name) throws IOException {
        assertThat(parsed(csv(data, name))).isEqualTo(json(data, name));
    }

    // The copies from outside were checked out with plain line feeds; what their names promise is put back.
    @ParameterizedTest
    @MethodSource("filesWithWindowsLineEnds")
    void each_file_with_windows_line_ends_is_read_as_its_json(TestData data, String name) throws IOException {
        var text = csv(data, name).replace("\r\n", "\n").replace("\n", "\r\n");
        assertThat(data == TestData.FROM_OUTSIDE || csv(data, name).equals(text))
                .as("our file has CRLF")
                .isTrue();
        assertThat(parsed(text)).isEqualTo(json(data, name));
    }

    @ParameterizedTest
    @MethodSource("org.consentledger.testdata.TestData#present")
    void degree_signs_and_quotation_marks_inside_of_a_cell_are_text(TestData data) throws IOException {
        var rows = parsed(csv(data, "location_coordinates"));
        var meant = JsonMapper.shared()
                .readValue(
                        data.text("csv-spectrum/json-location_coordinates.json"),
                        new TypeReference<Map<String, String>>() {});

        if (data == TestData.FROM_OUTSIDE) {
            // The JSON gives another telephone number than the file.
            assertThat(meant).containsEntry("Contact Phone Number", "1234567890");
            meant.put("Contact Phone Number", "2095257564");
        }
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
    void short_texts_are_read_as_their_json(String escaped, String json) throws IOException {
        var text = escaped.replace("\\n", "\n").replace("\\r", "\r");
        assertThat(parsed(text)).isEqualTo(rowsOf(json));
    }

    private static String csv(TestData data, String name) {
        return data.text("csv-spectrum/csvs-" + name + ".csv");
    }

    private static List<Map<String, String>> json(TestData data, String name) {
        return rowsOf(data.text("csv-spectrum/json-" + name + ".json"));
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
