package org.consentledger.standalone.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Tells whether a process is a PostgreSQL of one directory. A server works in its data directory, which Linux shows;
 * elsewhere the program's name has to do.
 */
final class ServerProcesses {

    private static final Path PROC = Path.of("/proc");

    private ServerProcesses() {}

    static boolean isServerOf(long pid, Path files) {
        return ProcessHandle.of(pid)
                .filter(process -> knowsDirectories() ? worksIn(pid, files) : isPostgres(process))
                .isPresent();
    }

    /**
     * Waits for the last children of a dead server to notice and go. False if they don't, or where it can't be known.
     */
    static boolean allLeave(Path files, Duration limit) {
        if (!knowsDirectories()) {
            return false;
        }
        var gone = ProcessHandle.allProcesses()
                .filter(process -> worksIn(process.pid(), files))
                .map(ProcessHandle::onExit)
                .toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(gone).get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException | ExecutionException ignored) {
            return false;
        } catch (InterruptedException ignored) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static boolean knowsDirectories() {
        return Files.isSymbolicLink(PROC.resolve("self").resolve("cwd"));
    }

    private static boolean worksIn(long pid, Path files) {
        try {
            return Files.readSymbolicLink(PROC.resolve(Long.toString(pid)).resolve("cwd"))
                    .equals(files);
        } catch (IOException ignored) {
            return false; // gone, or somebody else's
        }
    }

    private static boolean isPostgres(ProcessHandle process) {
        return process.info()
                .command()
                .map(command -> Path.of(command).getFileName())
                .filter(name -> name.toString().startsWith("postgres"))
                .isPresent();
    }
}
