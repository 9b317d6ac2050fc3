package org.consentledger.testdata;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The two sets of files that tests read. Both have the same folders. A test takes its sets from {@link #present}:
 * {@code @MethodSource("org.consentledger.testdata.TestData#present")}. So it always runs with our look-alikes, and
 * once more with the folder from outside if that exists.
 */
public enum TestData {
    /** Our own files, which this module contains. The README.md beside them describes each. */
    LOOK_ALIKES,

    /** Files of other projects, in the folder that the system property {@code ledger.testdata} names. */
    FROM_OUTSIDE;

    private static final Path OUTSIDE = Path.of(System.getProperty("ledger.testdata", "../../shared/data"))
            .toAbsolutePath()
            .normalize();
    private static final List<TestData> PRESENT = find();

    private static List<TestData> find() {
        if (Files.isDirectory(OUTSIDE)) {
            return List.of(LOOK_ALIKES, FROM_OUTSIDE);
        }
        System.getLogger(TestData.class.getName())
                .log(Level.INFO, "The tests read our own test data alone: there is no folder {0}", OUTSIDE);
        return List.of(LOOK_ALIKES);
    }

    /** Returns the sets that exist here. The first call of a test run logs if the folder from outside is absent. */
    public static Stream<TestData> present() {
        return PRESENT.stream();
    }

    /**
     * Reads a file.
     *
     * @param file the path within the set, such as {@code contacts/salesforce-report.csv}
     * @throws UncheckedIOException if the set lacks the file
     */
    public byte[] bytes(String file) {
        try {
            return this == LOOK_ALIKES ? ours(file) : Files.readAllBytes(OUTSIDE.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] ours(String file) throws IOException {
        try (var content = TestData.class.getResourceAsStream("/test-data/" + file)) {
            if (content == null) {
                throw new FileNotFoundException("test-data/" + file);
            }
            return content.readAllBytes();
        }
    }

    /** Reads a file that is UTF-8. */
    public String text(String file) {
        return new String(bytes(file), UTF_8);
    }
}
