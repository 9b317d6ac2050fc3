package org.consentledger.standalone;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;

/**
 * Our own classes by name and checksum. A build that stops before it packs leaves an older jar lying there, and the
 * jar's date doesn't tell, as the build fixes it.
 */
final class PackedClasses {

    private static final List<String> LIBRARIES = List.of("shared-kernel", "foundation");

    /** Those that a side was compiled to, and what it stands on. */
    static Map<String, Long> compiled(String module) {
        var found = new TreeMap<String, Long>();
        LIBRARIES.forEach(library -> addCompiled(library, found));
        addCompiled(module, found);
        return found;
    }

    /** Those of a program that stands on none of our libraries. */
    static Map<String, Long> compiledAlone(String module) {
        var found = new TreeMap<String, Long>();
        addCompiled(module, found);
        return found;
    }

    /** Those in a side's executable jar. */
    static Map<String, Long> of(Path jar) {
        var found = new TreeMap<String, Long>();
        try (var zip = new ZipFile(jar.toFile())) {
            for (var entry : zip.stream().toList()) {
                if (entry.getName().startsWith("BOOT-INF/classes/")) {
                    add(entry.getName().substring("BOOT-INF/classes/".length()), entry.getCrc(), found);
                }
                if (LIBRARIES.stream().anyMatch(name -> entry.getName().startsWith("BOOT-INF/lib/" + name))) {
                    addLibrary(zip.getInputStream(entry), found);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private static void addLibrary(InputStream jar, Map<String, Long> found) throws IOException {
        try (var zip = new ZipInputStream(jar)) {
            for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                add(entry.getName(), checksum(zip.readAllBytes()), found);
            }
        }
    }

    private static void addCompiled(String module, Map<String, Long> found) {
        var classes = ComposeFile.ROOT.resolve(module).resolve("target/classes");
        try (var files = Files.walk(classes)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                add(classes.relativize(file).toString().replace('\\', '/'), checksum(Files.readAllBytes(file)), found);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void add(String name, long checksum, Map<String, Long> found) {
        if (name.endsWith(".class")) {
            found.put(name, checksum);
        }
    }

    private static long checksum(byte[] content) {
        var checksum = new CRC32();
        checksum.update(content);
        return checksum.getValue();
    }

    private PackedClasses() {}
}
