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
 * The one directory in which everything lies that must survive a restart. It belongs to one running ledger at a time:
 * the lock is the operating system's, so a ledger that was killed leaves none behind.
 */
public final class DataDirectory implements AutoCloseable {

    private final Path path;
    private final FileChannel lockFile;

    private DataDirectory(Path path, FileChannel lockFile) {
        this.path = path;
        this.lockFile = lockFile;
    }

    /**
     * Makes the directory if need be and takes it for this process.
     *
     * @throws DataDirectoryInUseException when another ledger has it
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
            return null; // held by another ledger in this very process
        }
    }

    private static String read(FileChannel file) throws IOException {
        var bytes = ByteBuffer.allocate(20);
        file.read(bytes, 0);
        return new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII).strip();
    }

    /** The directory itself, absolute and free of links. */
    public Path path() {
        return path;
    }

    /** Whether this directory already holds recorded facts, so that losing its keys would lose them too. */
    public boolean holdsFacts() {
        return Files.exists(postgres().resolve("PG_VERSION"));
    }

    /** Where PostgreSQL keeps its files. */
    public Path postgres() {
        return path.resolve("postgres");
    }

    /** Where the first users and clients are written down. */
    public Path credentials() {
        return path.resolve("credentials.json");
    }

    /** Where the keys are written down. */
    public Path keys() {
        return path.resolve("keys.json");
    }

    /** Where the keys of unsubscribe links are written down. */
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
