package org.consentledger.command.jobs;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.axonframework.modelling.command.ConcurrencyException;
import org.consentledger.command.jobs.JobStore.Claim;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.BatchStatus;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.job.parameters.JobParameters;
import org.springframework.batch.core.job.parameters.JobParametersBuilder;
import org.springframework.batch.core.launch.JobOperator;
import org.springframework.batch.core.listener.StepExecutionListener;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.core.step.builder.ChunkOrientedStepBuilder;
import org.springframework.batch.infrastructure.item.Chunk;
import org.springframework.batch.infrastructure.item.ExecutionContext;
import org.springframework.batch.infrastructure.item.ItemStreamException;
import org.springframework.batch.infrastructure.item.ItemStreamReader;
import org.springframework.batch.infrastructure.item.ItemWriter;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Lets Spring Batch carry a job out. A chunk's events, what came of its items and Batch's own books are one
 * transaction. Where to go on after an interruption is told by the job's row, which no other transaction moves.
 */
@Component
class ChunkedWork {

    private static final String JOB_ID = "jobId";

    /** Each lost race means that somebody else's command was carried out, so the ledger gets on all the same. */
    private static final int ATTEMPTS_PER_CHUNK = 20;

    private final JobStore store;
    private final JobSettings settings;
    private final JobRepository repository;
    private final JobOperator operator;
    private final PlatformTransactionManager transactions;
    private final TransactionTemplate attempt;

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
        this.attempt = new TransactionTemplate(transactions);
        this.attempt.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
    }

    /** One go of this process at a job. */
    static final class Go {

        private final Claim claim;
        private final String runner;
        private volatile boolean stopped;
        private volatile @Nullable StepExecution step;

        Go(Claim claim, String runner) {
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
    boolean carryOut(Go go, Workload workload) throws Exception {
        var job = go.job();
        var order = store.order(job.id());
        try (var run = workload.start(job, order.key(), order.request())) {
            var batchName = job.kind().name().toLowerCase(Locale.ROOT);
            var parameters = new JobParametersBuilder()
                    .addString(JOB_ID, job.id().toString())
                    .toJobParameters();
            recover(batchName, parameters);
            var batchJob =
                    new JobBuilder(batchName, repository).start(step(go, run)).build();
            var execution = operator.start(batchJob, parameters);
            if (execution.getStatus() == BatchStatus.COMPLETED) {
                return true;
            }
            if (!go.isStopped()) {
                throw new IllegalStateException(
                        "A chunk could not be carried out",
                        execution.getAllFailureExceptions().stream().findFirst().orElse(null));
            }
            return false;
        }
    }

    /** Closes Batch's books on a go that ended without a word, with its process. */
    private void recover(String batchName, JobParameters parameters) {
        var last = repository.getLastJobExecution(batchName, parameters);
        if (last != null && last.isRunning()) {
            operator.recover(last);
        }
    }

    private <I> org.springframework.batch.core.step.Step step(Go go, Workload.Run<I> run) {
        return new ChunkOrientedStepBuilder<I, I>("chunks", repository, settings.chunkSize())
                .reader(new Reader<>(
                        run, go.job().total(), store.processed(go.job().id())))
                .writer(new Writer<>(go, run))
                .transactionManager(transactions)
                .listener(new StepExecutionListener() {
                    @Override
                    public void beforeStep(StepExecution execution) {
                        go.begins(execution);
                    }
                })
                .build();
    }

    /** Gives Batch the items that earlier goes have not done, and sees that none is missing. */
    private static final class Reader<I> implements ItemStreamReader<I> {

        private final Workload.Run<I> run;
        private final long total;
        private long read;

        Reader(Workload.Run<I> run, long total, long done) {
            this.run = run;
            this.total = total;
            this.read = done;
        }

        @Override
        public void open(ExecutionContext context) {
            try {
                run.skip(read);
            } catch (java.io.IOException e) {
                throw new ItemStreamException("The items that are done can't be stepped over", e);
            }
        }

        @Override
        public @Nullable I read() throws Exception {
            var item = run.next();
            if (item != null) {
                read++;
            } else if (read != total) {
                throw new IllegalStateException("Of " + total + " items only " + read + " are there");
            }
            return item;
        }
    }

    private final class Writer<I> implements ItemWriter<I> {

        private final Go go;
        private final Workload.Run<I> run;

        Writer(Go go, Workload.Run<I> run) {
            this.go = go;
            this.run = run;
        }

        @Override
        public void write(Chunk<? extends I> chunk) {
            store.record(go.job().id(), go.runner, untilNotOvertaken(chunk.getItems()));
            if (store.isCancelRequested(go.job().id())) {
                go.stop();
            }
        }

        /** Each attempt has a savepoint to go back to, so that a lost race doesn't cost the whole transaction. */
        private List<ItemResult> untilNotOvertaken(List<? extends I> items) {
            RuntimeException last = new IllegalStateException("not tried");
            for (int number = 0; number < ATTEMPTS_PER_CHUNK; number++) {
                try {
                    var results = attempt.execute(status -> run.carryOut(items));
                    if (results == null || results.size() != items.size()) {
                        throw new IllegalStateException("Each item must have a result");
                    }
                    return results;
                } catch (ConcurrencyException | ConcurrencyFailureException overtaken) {
                    last = overtaken;
                }
            }
            throw last;
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
