package org.consentledger.command.imports;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.util.List;
import org.consentledger.command.imports.UnusableFileException.Flaw;

/**
 * Detects the encoding of a file. The caller passes all bytes once, in pieces; only the first 8 KiB are kept. A byte
 * order mark decides first. UTF-16 without a mark is recognised in the sample. Random text is hardly ever valid UTF-8,
 * so a file that is valid UTF-8 from the first byte to the last is UTF-8, and any other is Windows-1252. Example:
 * {@code Zoë} with the byte EB is Windows-1252, as EB begins a sequence of three bytes in UTF-8. So the decision
 * between the two needs the end of the file.
 */
final class EncodingDetector {

    /**
     * The encoding of a file.
     *
     * @param charset the name of its encoding
     * @param byteOrderMark the length of the byte order mark in bytes
     */
    record Encoding(Charset charset, int byteOrderMark) {}

    private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");
    private static final int SAMPLE = 8192;

    /** The least share of ASCII characters (separators, line ends, addresses) in UTF-16. */
    private static final int LEAST_LATIN_PERCENT = 20;

    /** A file with a larger share of control characters is binary. */
    private static final int MOST_CONTROLS_PERCENT = 10;

    /**
     * First bytes of formats that are uploaded by mistake: archives and spreadsheets, PDF, old Office, images, gzip.
     */
    private static final List<byte[]> SIGNATURES = List.of(
            bytes('P', 'K', 3, 4),
            bytes('P', 'K', 5, 6),
            bytes('%', 'P', 'D', 'F', '-'),
            bytes(0xD0, 0xCF, 0x11, 0xE0),
            bytes(0x89, 'P', 'N', 'G'),
            bytes('G', 'I', 'F', '8'),
            bytes(0xFF, 0xD8, 0xFF),
            bytes(0x1F, 0x8B),
            bytes('7', 'z', 0xBC, 0xAF),
            bytes('R', 'a', 'r', '!'));

    private final ByteArrayOutputStream sample = new ByteArrayOutputStream(SAMPLE);
    private final Utf8Check utf8 = new Utf8Check();
    private long size;
    private boolean zeroByte;

    /** Passes the next bytes of the file. */
    void accept(byte[] bytes, int offset, int length) {
        sample.write(bytes, offset, Math.min(length, SAMPLE - sample.size()));
        for (var i = offset; i < offset + length; i++) {
            zeroByte |= bytes[i] == 0;
        }
        utf8.accept(bytes, offset, length);
        size += length;
    }

    /**
     * Returns the encoding. MUST be called after all bytes were passed.
     *
     * @throws UnusableFileException if the file is empty or no text
     */
    Encoding encoding() {
        if (size == 0) {
            throw new UnusableFileException(Flaw.IMPORT_FILE_EMPTY);
        }
        var head = sample.toByteArray();
        if (startsWith(head, bytes(0xFF, 0xFE, 0, 0)) || startsWith(head, bytes(0, 0, 0xFE, 0xFF))) {
            throw new UnusableFileException(Flaw.IMPORT_FILE_ENCODING);
        }
        if (SIGNATURES.stream().anyMatch(signature -> startsWith(head, signature))) {
            throw new UnusableFileException(Flaw.IMPORT_FILE_BINARY);
        }
        if (startsWith(head, bytes(0xFF, 0xFE))) {
            return new Encoding(UTF_16LE, 2);
        }
        if (startsWith(head, bytes(0xFE, 0xFF))) {
            return new Encoding(UTF_16BE, 2);
        }
        if (zeroByte) {
            return new Encoding(unmarkedUtf16(head), 0);
        }
        if (looksBinary(head)) {
            throw new UnusableFileException(Flaw.IMPORT_FILE_BINARY);
        }
        if (utf8.valid()) {
            return new Encoding(UTF_8, startsWith(head, bytes(0xEF, 0xBB, 0xBF)) ? 3 : 0);
        }
        return new Encoding(WINDOWS_1252, 0);
    }

    /** Zero bytes are text only as the upper halves of UTF-16 units; in any language a table has some of those. */
    private static Charset unmarkedUtf16(byte[] head) {
        var littleEndian = latinShare(head, UTF_16LE);
        var bigEndian = latinShare(head, UTF_16BE);
        if (Math.max(littleEndian, bigEndian) < LEAST_LATIN_PERCENT) {
            throw new UnusableFileException(Flaw.IMPORT_FILE_BINARY);
        }
        return littleEndian > bigEndian ? UTF_16LE : UTF_16BE;
    }

    /** How many percent of the characters are ASCII, read in that encoding; -1 if it is no text then. */
    private static long latinShare(byte[] head, Charset charset) {
        var text = new String(head, 0, head.length & ~1, charset);
        if (!text.isEmpty() && Character.isHighSurrogate(text.charAt(text.length() - 1))) {
            text = text.substring(0, text.length() - 1); // the sample ends within a character
        }
        var isText = text.codePoints()
                .allMatch(point -> Character.isDefined(point)
                        && Character.getType(point) != Character.SURROGATE
                        && (!Character.isISOControl(point) || Character.isWhitespace(point)));
        var latin = text.codePoints().filter(point -> point < 0x80).count();
        return isText && latin > 0 ? latin * 100 / text.length() : -1;
    }

    private static boolean looksBinary(byte[] head) {
        var controls = 0;
        for (var value : head) {
            if (value >= 0 && value < ' ' && value != '\t' && value != '\n' && value != '\r') {
                controls++;
            }
        }
        return controls * 100 > head.length * MOST_CONTROLS_PERCENT;
    }

    private static boolean startsWith(byte[] head, byte[] signature) {
        if (head.length < signature.length) {
            return false;
        }
        for (var i = 0; i < signature.length; i++) {
            if (head[i] != signature[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] bytes(int... values) {
        var bytes = new byte[values.length];
        for (var i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    /** The well-formed byte sequences of Unicode's table 3-7, as an automaton that can be fed piece by piece. */
    private static final class Utf8Check {

        private boolean valid = true;
        private int pending;
        private int lowest = 0x80;
        private int highest = 0xBF;

        void accept(byte[] bytes, int offset, int length) {
            for (var i = offset; valid && i < offset + length; i++) {
                accept(bytes[i] & 0xFF);
            }
        }

        private void accept(int value) {
            if (pending > 0) {
                valid = value >= lowest && value <= highest;
                pending--;
                lowest = 0x80;
                highest = 0xBF;
            } else if (value >= 0xC2 && value <= 0xDF) {
                pending = 1;
            } else if (value >= 0xE0 && value <= 0xEF) {
                pending = 2;
                lowest = value == 0xE0 ? 0xA0 : 0x80;
                highest = value == 0xED ? 0x9F : 0xBF;
            } else if (value >= 0xF0 && value <= 0xF4) {
                pending = 3;
                lowest = value == 0xF0 ? 0x90 : 0x80;
                highest = value == 0xF4 ? 0x8F : 0xBF;
            } else {
                valid = value < 0x80;
            }
        }

        boolean valid() {
            return valid && pending == 0;
        }
    }
}
