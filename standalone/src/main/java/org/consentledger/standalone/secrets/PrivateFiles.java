package org.consentledger.standalone.secrets;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** Writes files that only their owner may read, atomically: a file is complete or absent. */
final class PrivateFiles {

    /** On Windows, which has no such modes, a file keeps the access list that it inherits from its directory. */
    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private PrivateFiles() {}

    static Path createDirectories(Path directory) throws IOException {
        return Files.createDirectories(directory.toAbsolutePath().normalize(), mode("rwx------"))
                .toRealPath();
    }

    static void write(Path file, byte[] content) throws IOException {
        var directory = file.toAbsolutePath().getParent();
        var unfinished = Files.createTempFile(directory, file.getFileName() + ".", ".new", mode("rw-------"));
        try (var channel = FileChannel.open(unfinished, WRITE)) {
            var bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(unfinished, file, ATOMIC_MOVE);
        if (POSIX) {
            try (var entries = FileChannel.open(directory, READ)) {
                entries.force(true); // otherwise a power cut may lose the name of a file whose content is on disk
            }
        }
    }

    /** Revokes the access of group and others, which a copy or a restore may have granted. */
    static void restrict(Path file) throws IOException {
        if (POSIX) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }
    }

    private static FileAttribute<?>[] mode(String permissions) {
        return POSIX
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }
}
