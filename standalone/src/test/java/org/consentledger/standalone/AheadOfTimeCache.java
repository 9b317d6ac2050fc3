package org.consentledger.standalone;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.spi.ToolProvider;
import org.springframework.util.FileSystemUtils;

/**
 * What the virtual machine remembers of one start of the ledger for all later ones (JEP 514). They take half as long,
 * and the tests start the ledger some twenty-five times. A cache that doesn't fit is one that the machine does without.
 */
final class AheadOfTimeCache {

    private static final Path FOLDER = Path.of("target", "ahead-of-time").toAbsolutePath();
    private static final Path CACHE = FOLDER.resolve("ledger.aot");
    private static final List<String> OPTIONS = create();

    private AheadOfTimeCache() {}

    /** What a virtual machine is started with that is to run the ledger; made once for all tests. */
    static List<String> options() {
        return OPTIONS;
    }

    private static List<String> create() {
        try {
            Files.createDirectories(FOLDER);
            return createAlone();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Holds a file lock, because two test runs in the same clone share the cache. */
    private static List<String> createAlone() throws IOException {
        try (var channel = FileChannel.open(FOLDER.resolve("lock"), CREATE, WRITE);
                var lock = channel.lock()) {
            Objects.requireNonNull(lock);
            var classPath = classPath();
            var from = List.of("-cp", String.join(File.pathSeparator, classPath));
            if (!isNewerThan(classPath)) {
                Files.deleteIfExists(CACHE);
                learn(from);
            }
            return concatenated("-XX:AOTCache=" + CACHE, from);
        }
    }

    private static void learn(List<String> from) throws IOException {
        var data = Files.createTempDirectory("ledger-ahead-of-time");
        try (var ledger = LedgerProcess.startToLearn(data, concatenated("-XX:AOTCacheOutput=" + CACHE, from))) {
            Api.json(201, ledger.api().send("operator", "POST", "/api/people", """
                    {"emails":["somebody@example.org"],"source":{"type":"MANUAL_UPLOAD"}}"""));
        } finally {
            FileSystemUtils.deleteRecursively(data);
        }
    }

    /** That of the tests, without themselves; a cache is made from jars alone, so what is a folder is packed. */
    private static List<String> classPath() throws IOException {
        var packed = new ArrayList<String>();
        for (var entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            var path = Path.of(entry);
            if (Files.isRegularFile(path)) {
                packed.add(entry);
            } else if (!entry.isEmpty() && Files.isDirectory(path) && !path.endsWith("test-classes")) {
                packed.add(pack(path).toString());
            }
        }
        return packed;
    }

    private static Path pack(Path classes) throws IOException {
        var module = classes.getParent().getParent().getFileName();
        var jar = FOLDER.resolve(module + ".jar");
        if (!Files.exists(jar) || newest(classes).compareTo(Files.getLastModifiedTime(jar)) > 0) {
            var failed = ToolProvider.findFirst("jar")
                    .orElseThrow()
                    .run(System.out, System.err, "--create", "--file", jar.toString(), "-C", classes.toString(), ".");
            if (failed != 0) {
                throw new IOException("Can't pack " + classes);
            }
        }
        return jar;
    }

    private static boolean isNewerThan(List<String> classPath) throws IOException {
        if (!Files.exists(CACHE)) {
            return false;
        }
        for (var entry : classPath) {
            if (newest(Path.of(entry)).compareTo(Files.getLastModifiedTime(CACHE)) > 0) {
                return false;
            }
        }
        return true;
    }

    private static FileTime newest(Path root) throws IOException {
        try (var files = Files.walk(root)) {
            return files.map(AheadOfTimeCache::changed)
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
        }
    }

    private static FileTime changed(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> concatenated(String first, List<String> rest) {
        var all = new ArrayList<String>();
        all.add(first);
        all.addAll(rest);
        return all;
    }
}
