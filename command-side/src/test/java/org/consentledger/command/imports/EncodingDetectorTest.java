package org.consentledger.command.imports;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.random.RandomGeneratorFactory;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.consentledger.command.imports.EncodingDetector.Encoding;
import org.consentledger.command.imports.UnusableFileException.Flaw;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EncodingDetectorTest {

    private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");
    private static final String CONTACTS = "First Name,Email\nZoë,zoe@example.org\nJürgen,jürgen@example.org\n";

    @Test
    void utf_8_is_recognised_with_and_without_its_mark() {
        assertThat(encodingOf(CONTACTS.getBytes(UTF_8))).isEqualTo(new Encoding(UTF_8, 0));
        assertThat(encodingOf(("\uFEFF" + CONTACTS).getBytes(UTF_8))).isEqualTo(new Encoding(UTF_8, 3));
    }

    @Test
    void utf_16_is_recognised_with_and_without_its_mark() {
        assertThat(encodingOf(CONTACTS.getBytes(UTF_16LE))).isEqualTo(new Encoding(UTF_16LE, 0));
        assertThat(encodingOf(CONTACTS.getBytes(UTF_16BE))).isEqualTo(new Encoding(UTF_16BE, 0));
        assertThat(encodingOf(("\uFEFF" + CONTACTS).getBytes(UTF_16LE))).isEqualTo(new Encoding(UTF_16LE, 2));
        assertThat(encodingOf(("\uFEFF" + CONTACTS).getBytes(UTF_16BE))).isEqualTo(new Encoding(UTF_16BE, 2));
    }

    @Test
    void utf_16_with_hardly_any_latin_letters_is_recognised() {
        var chinese = "姓,名,电子邮件😀\n".repeat(2000);
        assertThat(encodingOf(chinese.getBytes(UTF_16LE))).isEqualTo(new Encoding(UTF_16LE, 0));
        assertThat(encodingOf(chinese.getBytes(UTF_16BE))).isEqualTo(new Encoding(UTF_16BE, 0));
    }

    @Test
    void text_that_is_not_utf_8_is_windows_1252() {
        assertThat(encodingOf(CONTACTS.getBytes(WINDOWS_1252))).isEqualTo(new Encoding(WINDOWS_1252, 0));
    }

    @Test
    void one_accent_at_the_very_end_of_a_long_file_decides() {
        var plain = "email\n" + "ada@example.org\n".repeat(100_000);
        assertThat(encodingOf(plain.getBytes(UTF_8)).charset()).isEqualTo(UTF_8);
        assertThat(encodingOf((plain + "é").getBytes(UTF_8)).charset()).isEqualTo(UTF_8);
        assertThat(encodingOf((plain + "é").getBytes(WINDOWS_1252)).charset()).isEqualTo(WINDOWS_1252);
    }

    @Test
    void an_empty_file_is_refused() {
        assertRefused(new byte[0], Flaw.IMPORT_FILE_EMPTY);
    }

    @Test
    void a_spreadsheet_and_other_archives_are_refused() throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("xl/workbook.xml"));
            zip.write(CONTACTS.getBytes(UTF_8));
        }
        assertRefused(bytes.toByteArray(), Flaw.IMPORT_FILE_BINARY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%PDF-1.7\n", "\u0089PNG\r\n", "\u001F\u008B\b", "GIF89a", "\u00FF\u00D8\u00FF"})
    void documents_and_pictures_are_refused(String beginning) {
        assertRefused((beginning + CONTACTS).getBytes(Charset.forName("ISO-8859-1")), Flaw.IMPORT_FILE_BINARY);
    }

    @Test
    void random_bytes_are_refused() {
        for (var seed = 0L; seed < 50; seed++) {
            var bytes = new byte[10_000];
            RandomGeneratorFactory.of("L64X128MixRandom").create(seed).nextBytes(bytes);
            assertRefused(bytes, Flaw.IMPORT_FILE_BINARY);
        }
    }

    @Test
    void a_single_zero_byte_in_a_text_is_refused() {
        assertRefused((CONTACTS + "\0").getBytes(UTF_8), Flaw.IMPORT_FILE_BINARY);
        assertRefused(("a".repeat(20_000) + "\0").getBytes(UTF_8), Flaw.IMPORT_FILE_BINARY);
    }

    @Test
    void utf_32_is_refused() {
        assertRefused(("\uFEFF" + CONTACTS).getBytes(Charset.forName("UTF-32LE")), Flaw.IMPORT_FILE_ENCODING);
    }

    @Test
    void overlong_and_cut_off_sequences_are_not_utf_8() {
        assertThat(encodingOf(new byte[] {'a', (byte) 0xC0, (byte) 0xAF}).charset())
                .isEqualTo(WINDOWS_1252);
        assertThat(encodingOf(new byte[] {'a', (byte) 0xED, (byte) 0xA0, (byte) 0x80})
                        .charset())
                .isEqualTo(WINDOWS_1252);
        assertThat(encodingOf(new byte[] {'a', (byte) 0xE2, (byte) 0x82}).charset())
                .isEqualTo(WINDOWS_1252);
    }

    private static void assertRefused(byte[] bytes, Flaw flaw) {
        assertThatThrownBy(() -> encodingOf(bytes))
                .isInstanceOfSatisfying(
                        UnusableFileException.class,
                        unusable -> assertThat(unusable.flaw()).isEqualTo(flaw));
    }

    /** Shows the bytes in pieces of an awkward size. */
    private static Encoding encodingOf(byte[] bytes) {
        var detector = new EncodingDetector();
        for (var offset = 0; offset < bytes.length; offset += 7) {
            detector.accept(bytes, offset, Math.min(7, bytes.length - offset));
        }
        return detector.encoding();
    }
}
