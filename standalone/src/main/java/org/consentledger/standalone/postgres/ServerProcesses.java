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
 * Tells whether a process is the PostgreSQL server of a data directory. A server's working directory is its data
 * directory, which Linux shows in {@code /proc}. On other systems the name of the program decides.
 */
final class ServerProcesses {

    private static final Path PROC = Path.of("/proc");

    private ServerProcesses() {}

    static boolean isServerOf(long pid, Path files) {
        return ProcessHandle.of(pid)
                .filter(process -> showsWorkingDirectories() ? worksIn(pid, files) : isPostgres(process))
                .isPresent();
    }

    /**
     * Waits until the last child processes of a dead server have ended. Returns false if they have not within the
     * limit, or if the system does not show working directories.
     */
    static boolean awaitExit(Path files, Duration limit) {
        if (!showsWorkingDirectories()) {
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

    private static boolean showsWorkingDirectories() {
        return Files.isSymbolicLink(PROC.resolve("self").resolve("cwd"));
    }

    private static boolean worksIn(long pid, Path files) {
        try {
            return Files.readSymbolicLink(PROC.resolve(Long.toString(pid)).resolve("cwd"))
                    .equals(files);
        } catch (IOException ignored) {
            return false; // ended, or of another user
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
