package org.consentledger.command.jobs;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.consentledger.command.pipeline.Retry;
import org.consentledger.foundation.lease.Leases.Lease;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Carries out a job chunk by chunk. One transaction holds a chunk's events, the results of its items, and the progress
 * in the table {@code job}. A crash therefore never repeats an item nor leaves one out.
 *
 * <p>The row in {@code job} alone says where to resume; only the holder of the job's lease can change its progress.
 *
 * <p>A chunk that meets a conflict is retried up to {@value #ATTEMPTS_TOGETHER} times as a whole. After that its items
 * are carried out one by one, each with retries of its own, still in the chunk's transaction. Each try is a nested
 * transaction (a savepoint), so that a conflict doesn't undo the items before it.
 *
 * <p>Example: a job of 600 people has chunks of 250. The process is killed within the second chunk: its transaction is
 * rolled back and {@code processed} stays at 250. When the lease has run out, another process claims the job, skips 250
 * items and goes on with the 251st. If the first process was only slow, its next commit finds that the lease is lost
 * ({@link JobStore#record}) and is rolled back.
 */
@Component
class ChunkedWork {

    private static final int ATTEMPTS_TOGETHER = 5;

    private final JobStore store;
    private final JobSettings settings;
    private final TransactionTemplate transaction;
    private final TransactionTemplate nested;

    ChunkedWork(JobStore store, JobSettings settings, PlatformTransactionManager transactions) {
        this.store = store;
        this.settings = settings;
        this.transaction = new TransactionTemplate(transactions);
        this.nested = new TransactionTemplate(transactions);
        this.nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
    }

    /**
     * Works on a job until it is done, is to be cancelled, or must stop. Returns true if it is done.
     *
     * @param mustStop asked before each chunk
     */
    boolean carryOut(Job job, Lease lease, BooleanSupplier mustStop, Workload workload) throws Exception {
        var order = store.order(job.id());
        try (var run = workload.start(job, order.key(), order.request())) {
            return carryOutChunks(job, lease, mustStop, run);
        }
    }

    private <I> boolean carryOutChunks(Job job, Lease lease, BooleanSupplier mustStop, Workload.Run<I> run)
            throws Exception {
        try (var items = new ReadAhead<>(run, settings.chunkSize(), job.total(), store.processed(job.id()))) {
            while (!mustStop.getAsBoolean() && !store.isCancelRequested(job.id())) {
                var chunk = items.nextChunk();
                if (chunk.isEmpty()) {
                    return true;
                }
                transaction.executeWithoutResult(status -> store.record(lease, carryOut(run, chunk)));
            }
            return false;
        }
    }

    /**
     * Carries the items out together, and after too many conflicts one by one. One by one, a conflict is possible only
     * until the first item is recorded: from then on this transaction keeps others from appending until it commits.
     */
    private <I> List<ItemResult> carryOut(Workload.Run<I> run, List<I> items) {
        try {
            return Retry.onConflict(ATTEMPTS_TOGETHER, () -> tryOnce(run, items));
        } catch (OptimisticLockingFailureException overtaken) {
            return items.stream()
                    .flatMap(item -> Retry.onConflict(() -> tryOnce(run, List.of(item))).stream())
                    .toList();
        }
    }

    /** Each try has a savepoint, so that a conflict rolls back only that try and not the whole transaction. */
    private <I> List<ItemResult> tryOnce(Workload.Run<I> run, List<I> items) {
        var results = nested.execute(status -> run.carryOut(items));
        if (results == null || results.size() != items.size()) {
            throw new IllegalStateException("Each item must have a result");
        }
        return results;
    }

    /** Returns the stack trace without the exceptions' messages, which may quote personal data. */
    static String traceOf(Throwable failure) {
        var lines = new ArrayList<String>();
        for (Throwable cause = failure; cause != null && lines.size() < 60; cause = cause.getCause()) {
            lines.add(cause.getClass().getName());
            for (var frame : cause.getStackTrace()) {
                if (lines.size() < 60 && frame.getClassName().startsWith("org.consentledger")) {
                    lines.add("    at " + frame);
                }
            }
        }
        return String.join(System.lineSeparator(), lines);
    }
}
