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

/** Files that only their owner may read, and that are there completely or not at all. */
final class PrivateFiles {

    /** Windows has no such modes; there the directory's inherited access list decides. */
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
                entries.force(true); // else a power cut may take back the name of a file whose content is safe
            }
        }
    }

    /** Takes from group and others what a careless copy or restore gave them. */
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
