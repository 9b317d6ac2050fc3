package org.consentledger.standalone.secrets;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The directory that holds everything that must survive a restart. One running ledger owns it, by a file lock of the
 * operating system, so a ledger that was killed leaves no lock behind.
 */
public final class DataDirectory implements AutoCloseable {

    private final Path path;
    private final FileChannel lockFile;

    private DataDirectory(Path path, FileChannel lockFile) {
        this.path = path;
        this.lockFile = lockFile;
    }

    /**
     * Creates the directory if necessary and locks it for this process.
     *
     * @throws DataDirectoryInUseException when another ledger has the lock
     */
    public static DataDirectory take(Path wanted) {
        try {
            var path = PrivateFiles.createDirectories(wanted);
            var lockFile = FileChannel.open(
                    path.resolve("ledger.lock"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            if (lock(lockFile) == null) {
                var holder = read(lockFile);
                lockFile.close();
                throw new DataDirectoryInUseException(path, holder);
            }
            lockFile.truncate(0);
            lockFile.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
            return new DataDirectory(path, lockFile);
        } catch (IOException e) {
            throw new UncheckedIOException("The data directory " + wanted + " can't be used", e);
        }
    }

    private static @Nullable FileLock lock(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException ignored) {
            return null; // another ledger in this process has the lock
        }
    }

    private static String read(FileChannel file) throws IOException {
        var bytes = ByteBuffer.allocate(20);
        file.read(bytes, 0);
        return new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII).strip();
    }

    /** The absolute path without symbolic links. */
    public Path path() {
        return path;
    }

    /** Tells whether the directory already holds events, which would become unreadable without their keys. */
    public boolean holdsFacts() {
        return Files.exists(postgres().resolve("PG_VERSION"));
    }

    /** The data directory of PostgreSQL. */
    public Path postgres() {
        return path.resolve("postgres");
    }

    /** The file with users and clients. */
    public Path credentials() {
        return path.resolve("credentials.json");
    }

    /** The file with the keys. */
    public Path keys() {
        return path.resolve("keys.json");
    }

    /** The file with the keys of unsubscribe links. */
    public Path linkKeys() {
        return path.resolve("link-keys.json");
    }

    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
