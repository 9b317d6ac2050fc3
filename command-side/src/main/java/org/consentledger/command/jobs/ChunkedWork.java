package org.consentledger.command.jobs;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.consentledger.command.jobs.JobStore.Claim;
import org.consentledger.command.pipeline.Retry;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.job.parameters.JobParametersBuilder;
import org.springframework.batch.core.launch.JobOperator;
import org.springframework.batch.core.listener.StepExecutionListener;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.Step;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.core.step.builder.ChunkOrientedStepBuilder;
import org.springframework.batch.infrastructure.item.Chunk;
import org.springframework.batch.infrastructure.item.ItemWriter;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Carries out a job as a chunk-oriented step of Spring Batch. One transaction holds a chunk's events, the results of
 * its items, the progress in the table {@code job}, and Batch's own metadata. A crash therefore never repeats an item
 * nor leaves one out.
 *
 * <p>The row in {@code job} alone says where to resume; only the holder of the job's lease can change its progress. For
 * Batch each attempt is a new job instance with a random id, so leftover metadata of an earlier attempt can't block a
 * new one.
 *
 * <p>A chunk that meets a conflict is retried up to {@value #ATTEMPTS_TOGETHER} times as a whole. After that its items
 * are carried out one by one, each with retries of its own, still in the chunk's transaction. Each try is a nested
 * transaction (a savepoint), so that a conflict doesn't undo the items before it.
 *
 * <p>Example: a job of 600 people has chunks of 250. The process is killed within the second chunk: its transaction is
 * rolled back and {@code processed} stays at 250. When the lease has run out, another process claims the job, skips 250
 * items and goes on with the 251st. If the first process was only slow, its next commit finds that the lease is lost
 * ({@link JobStore#record}) and is rolled back.
 *
 * <p>The class holds no locks of its own. {@link JobAttempt#stop} is called by other threads; its two fields are
 * volatile, and {@code begins} reads the flag after it has published the step, so that a stop can't be missed.
 */
@Component
class ChunkedWork {

    private static final int ATTEMPTS_TOGETHER = 5;

    private final JobStore store;
    private final JobSettings settings;
    private final JobRepository repository;
    private final JobOperator operator;
    private final PlatformTransactionManager transactions;
    private final TransactionTemplate nested;

    ChunkedWork(
            JobStore store,
            JobSettings settings,
            JobRepository repository,
            JobOperator operator,
            PlatformTransactionManager transactions) {
        this.store = store;
        this.settings = settings;
        this.repository = repository;
        this.operator = operator;
        this.transactions = transactions;
        this.nested = new TransactionTemplate(transactions);
        this.nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
    }

    /** One attempt of this process at a job, under one lease. */
    static final class JobAttempt {

        private final Claim claim;
        private final String runner;
        private volatile boolean stopped;
        private volatile @Nullable StepExecution step;

        JobAttempt(Claim claim, String runner) {
            this.claim = claim;
            this.runner = runner;
        }

        Job job() {
            return claim.job();
        }

        int attempts() {
            return claim.attempts();
        }

        String runner() {
            return runner;
        }

        /** Stops the attempt after the current chunk. */
        void stop() {
            stopped = true;
            var execution = step;
            if (execution != null) {
                execution.setTerminateOnly();
            }
        }

        boolean isStopped() {
            return stopped;
        }

        private void begins(StepExecution execution) {
            step = execution;
            if (stopped) {
                execution.setTerminateOnly();
            }
        }
    }

    /** Works on a job until it is done or the attempt is stopped. Returns true if the job is done. */
    boolean carryOut(JobAttempt attempt, Workload workload) throws Exception {
        var job = attempt.job();
        var order = store.order(job.id());
        try (var run = workload.start(job, order.key(), order.request())) {
            var execution = execute(attempt, run);
            if (execution.getStatus() == BatchStatus.COMPLETED) {
                return true;
            }
            if (!attempt.isStopped()) {
                throw new IllegalStateException(
                        "A chunk could not be carried out",
                        execution.getAllFailureExceptions().stream().findFirst().orElse(null));
            }
            return false;
        }
    }

    private <I> JobExecution execute(JobAttempt attempt, Workload.Run<I> run) throws Exception {
        var job = attempt.job();
        var batchName = job.kind().name().toLowerCase(Locale.ROOT);
        var parameters = new JobParametersBuilder()
                .addString("jobId", job.id().toString())
                .addString("go", attempt.runner())
                .toJobParameters();
        try (var items = new ReadAhead<>(run, settings.chunkSize(), job.total(), store.processed(job.id()))) {
            var batchJob = new JobBuilder(batchName, repository)
                    .start(step(attempt, run, items))
                    .build();
            return operator.start(batchJob, parameters);
        }
    }

    private <I> Step step(JobAttempt attempt, Workload.Run<I> run, ReadAhead<I> items) {
        return new ChunkOrientedStepBuilder<I, I>("chunks", repository, settings.chunkSize())
                .reader(items)
                .writer(new Writer<>(attempt, run))
                .transactionManager(transactions)
                .listener(new StepExecutionListener() {
                    @Override
                    public void beforeStep(StepExecution execution) {
                        attempt.begins(execution);
                    }
                })
                .build();
    }

    private final class Writer<I> implements ItemWriter<I> {

        private final JobAttempt attempt;
        private final Workload.Run<I> run;

        Writer(JobAttempt attempt, Workload.Run<I> run) {
            this.attempt = attempt;
            this.run = run;
        }

        @Override
        public void write(Chunk<? extends I> chunk) {
            store.record(attempt.job().id(), attempt.runner, carryOut(chunk.getItems()));
            if (store.isCancelRequested(attempt.job().id())) {
                attempt.stop();
            }
        }

        /**
         * Carries the items out together, and after too many conflicts one by one. One by one, a conflict is possible
         * only until the first item is recorded: from then on this transaction keeps others from appending until it
         * commits.
         */
        private List<ItemResult> carryOut(List<? extends I> items) {
            try {
                return Retry.onConflict(ATTEMPTS_TOGETHER, () -> tryOnce(items));
            } catch (OptimisticLockingFailureException overtaken) {
                return items.stream()
                        .flatMap(item -> Retry.onConflict(() -> tryOnce(List.of(item))).stream())
                        .toList();
            }
        }

        /** Each try has a savepoint, so that a conflict rolls back only that try and not the whole transaction. */
        private List<ItemResult> tryOnce(List<? extends I> items) {
            var results = nested.execute(status -> run.carryOut(items));
            if (results == null || results.size() != items.size()) {
                throw new IllegalStateException("Each item must have a result");
            }
            return results;
        }
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
