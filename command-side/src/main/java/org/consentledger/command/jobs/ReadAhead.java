package org.consentledger.command.jobs;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Reads the items that earlier attempts have not committed, and fails if one is missing. While a chunk is carried out,
 * a thread of its own reads the next chunk and no further.
 */
final class ReadAhead<I> implements AutoCloseable {

    private final Workload.Run<I> run;
    private final int chunkSize;
    private final long total;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("job-read-ahead").factory());
    private Future<List<I>> next;
    private long read;

    ReadAhead(Workload.Run<I> run, int chunkSize, long total, long done) {
        this.run = run;
        this.chunkSize = chunkSize;
        this.total = total;
        this.read = done;
        this.next = thread.submit(() -> {
            run.skip(done);
            return run.next(chunkSize);
        });
    }

    /** Returns the next chunk, and begins to read the one after it. The last chunk is followed by an empty one. */
    List<I> nextChunk() throws Exception {
        var chunk = arrived();
        read += chunk.size();
        if (!chunk.isEmpty()) {
            next = thread.submit(() -> run.next(chunkSize));
        } else if (read != total) {
            throw new IllegalStateException("Of " + total + " items only " + read + " are there");
        }
        return chunk;
    }

    private List<I> arrived() throws Exception {
        try {
            return next.get();
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof Exception cause ? cause : failed;
        }
    }

    /** Waits for the read that is under way; its items are dropped. */
    @Override
    public void close() {
        thread.close();
    }
}
