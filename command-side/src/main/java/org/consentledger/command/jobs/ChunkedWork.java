package org.consentledger.command.jobs;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.axonframework.modelling.command.ConcurrencyException;
import org.consentledger.command.jobs.JobStore.Claim;
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
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Lets Spring Batch carry a job out. A chunk's events, what came of its items and Batch's own books are one
 * transaction. Where to go on after an interruption is told by the job's row, which no other transaction moves; to
 * Batch each go is a job of its own, so that whatever its books say of an earlier one can't keep the next from going
 * on.
 */
@Component
class ChunkedWork {

    private static final int ATTEMPTS_TOGETHER = 5;

    /** Each lost race means that somebody else's command was carried out, so the ledger gets on all the same. */
    private static final int ATTEMPTS_ALONE = 20;

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

    /** One go of this process at a job. */
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

        /** Lets the chunk at hand be the last one. */
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

    /** Works on a job until it is done or the go is stopped; true if it is done. */
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
         * All at once, and if somebody is always faster with one of them, one by one. Then a race can be lost only
         * until the first of them is recorded: from there on nobody else appends until the commit.
         */
        private List<ItemResult> carryOut(List<? extends I> items) {
            try {
                return retryOnConflict(items, ATTEMPTS_TOGETHER, false);
            } catch (ConcurrencyException | ConcurrencyFailureException overtaken) {
                return items.stream()
                        .flatMap(item -> retryOnConflict(List.of(item), ATTEMPTS_ALONE, true).stream())
                        .toList();
            }
        }

        /** Each attempt has a savepoint to go back to, so that a lost race doesn't cost the whole transaction. */
        private List<ItemResult> retryOnConflict(List<? extends I> items, int attempts, boolean anew) {
            try {
                return tryOnce(items, anew);
            } catch (ConcurrencyException | ConcurrencyFailureException overtaken) {
                if (attempts == 1) {
                    throw overtaken;
                }
            }
            return retryOnConflict(items, attempts - 1, true);
        }

        private List<ItemResult> tryOnce(List<? extends I> items, boolean anew) {
            var results = nested.execute(status -> run.carryOut(items, anew));
            if (results == null || results.size() != items.size()) {
                throw new IllegalStateException("Each item must have a result");
            }
            return results;
        }
    }

    /** Where it went wrong, without the exceptions' messages: they may quote personal data. */
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
