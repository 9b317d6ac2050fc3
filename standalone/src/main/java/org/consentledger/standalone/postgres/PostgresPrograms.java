package org.consentledger.standalone.postgres;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.springframework.util.FileSystemUtils;
import org.tukaani.xz.XZInputStream;

/**
 * Unpacks the PostgreSQL programs for this machine from the class path.
 *
 * <p>The target directory is named after the checksum and size of the archive, so a new version of the ledger gets a
 * directory of its own. The index of the jar knows both, so the archive is read only when it has to be unpacked. It is
 * unpacked under a temporary name and then renamed, so an incomplete directory is never used.
 */
final class PostgresPrograms {

    private final Path home;

    private PostgresPrograms(Path home) {
        this.home = home;
    }

    static PostgresPrograms unpackInto(Path directory) throws IOException {
        return unpackInto(directory, archive());
    }

    /** @param archive an entry of a jar */
    static PostgresPrograms unpackInto(Path directory, URL archive) throws IOException {
        var home = directory.resolve("postgresql-" + fingerprint(archive));
        if (Files.notExists(home)) {
            Files.createDirectories(directory);
            var unfinished = Files.createTempDirectory(directory, "postgresql-unfinished-");
            try (var packed = archive.openStream()) {
                unpack(packed, unfinished);
            }
            try {
                Files.move(unfinished, home, ATOMIC_MOVE);
            } catch (FileSystemException e) {
                FileSystemUtils.deleteRecursively(unfinished);
                if (Files.notExists(home)) { // no other process was faster
                    throw e;
                }
            }
        }
        return new PostgresPrograms(home);
    }

    private static void unpack(InputStream archive, Path target) throws IOException {
        try (var entries = new TarArchiveInputStream(new BufferedInputStream(new XZInputStream(archive)))) {
            for (TarArchiveEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                var file = target.resolve(entry.getName()).normalize();
                if (!file.startsWith(target)) {
                    throw new IOException(
                            "The archive of PostgreSQL has an entry outside of its own directory: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                } else if (entry.isSymbolicLink()) {
                    Files.createDirectories(file.getParent());
                    Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
                } else if (entry.isLink()) {
                    Files.createLink(file, target.resolve(entry.getLinkName()).normalize());
                } else {
                    Files.createDirectories(file.getParent());
                    Files.copy(entries, file);
                    if ((entry.getMode() & 0100) != 0 && !file.toFile().setExecutable(true)) {
                        throw new IOException(file + " can't be made executable");
                    }
                }
            }
        }
    }

    /** The major version of these programs, as PostgreSQL writes it into its data directories. */
    String majorVersion() {
        return run(Duration.ofSeconds(30), List.of("postgres", "--version")).replaceFirst("(?s)\\D*(\\d+).*", "$1");
    }

    /**
     * Runs one of the programs to its end and returns its output.
     *
     * @throws PostgresFailedException when it fails or exceeds the limit
     */
    String run(Duration limit, List<String> command) {
        var line = new ArrayList<String>();
        if (isRoot()) {
            // PostgreSQL refuses to run as root. In a user namespace of its own the same files belong to "nobody".
            line.addAll(List.of("unshare", "--user"));
        }
        line.add(home.resolve("bin").resolve(command.getFirst()).toString());
        line.addAll(command.subList(1, command.size()));
        try {
            // A file and not a pipe: the server that pg_ctl leaves running would keep a pipe open.
            var printed = Files.createTempFile("consent-ledger-", ".out");
            try {
                var builder = new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(printed.toFile());
                builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
                builder.environment().put("LC_ALL", "C");
                var process = builder.start();
                process.getOutputStream().close();
                if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                    throw new PostgresFailedException(command.getFirst() + " took longer than " + limit, null);
                }
                var output = Files.readString(printed);
                if (process.exitValue() != 0) {
                    throw new PostgresFailedException(command.getFirst() + " failed: " + output.strip(), null);
                }
                return output;
            } finally {
                Files.deleteIfExists(printed);
            }
        } catch (IOException e) {
            throw new PostgresFailedException(command.getFirst() + " can't be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PostgresFailedException(command.getFirst() + " was interrupted", e);
        }
    }

    private static boolean isRoot() {
        return !system().equals("Windows") && "root".equals(System.getProperty("user.name"));
    }

    private static String system() {
        var name = System.getProperty("os.name");
        return name.startsWith("Windows") ? "Windows" : name.startsWith("Mac") ? "Darwin" : "Linux";
    }

    private static URL archive() throws IOException {
        var name = "postgres-%s-%s.txz".formatted(system().toLowerCase(Locale.ROOT), machine());
        var found = Collections.list(PostgresPrograms.class.getClassLoader().getResources(name));
        if (found.size() != 1) {
            throw new IOException("There must be one " + name + " on the class path, and there are " + found.size());
        }
        return found.getFirst();
    }

    /** The architecture as in the names of the archives. Windows on ARM runs the x86-64 programs. */
    private static String machine() {
        var name = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        return switch (name) {
            case "amd64" -> "x86_64";
            case "aarch64" -> system().equals("Windows") ? "x86_64" : "arm_64";
            default -> name;
        };
    }

    private static String fingerprint(URL archive) throws IOException {
        if (archive.openConnection() instanceof JarURLConnection jar) {
            var entry = jar.getJarEntry();
            return "%08x-%d".formatted(entry.getCrc(), entry.getSize());
        }
        throw new IOException(archive + " is not in a jar");
    }
}
