package org.consentledger.command.jobs;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.consentledger.command.jobs.JobStore.Begun;
import org.consentledger.foundation.lease.LeasedWorker;
import org.consentledger.foundation.lease.LeasedWorker.Piece;
import org.consentledger.foundation.lease.Leases;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Runs queued jobs. The table {@code job} is the queue; each process has a runner, and a lease on the job decides which
 * of them works on it ({@link LeasedWorker}). When a process dies, its leases expire, another process takes the jobs
 * over, and each continues after the last committed chunk.
 *
 * <p>An attempt ends in one of these ways:
 *
 * <ul>
 *   <li>All items have a result: the job is {@code COMPLETED}.
 *   <li>A user has asked to cancel it: the job is {@code CANCELLED} after the current chunk.
 *   <li>The process shuts down or has lost the lease: any process may continue at once.
 *   <li>A chunk could not be carried out: the job rests for a moment. After {@value #MOST_ATTEMPTS} attempts in a row
 *       at the same chunk it is {@code FAILED}.
 * </ul>
 */
@Component
public class JobRunner implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(JobRunner.class);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(2);
    private static final Duration KEEP_UPLOADS = Duration.ofDays(1);

    /** How long shutdown waits for the chunks that are being carried out. */
    private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(30);

    /** The number of attempts in a row that may fail at the same chunk. */
    private static final int MOST_ATTEMPTS = 5;

    private final JobStore store;
    private final ChunkedWork work;
    private final JobSettings settings;
    private final TransactionTemplate transaction;
    private final Map<JobKind, Workload> workloads;
    private final LeasedWorker worker;

    JobRunner(
            JobStore store,
            ChunkedWork work,
            JobSettings settings,
            Leases leases,
            PlatformTransactionManager transactions,
            List<Workload> workloads) {
        this.store = store;
        this.work = work;
        this.settings = settings;
        this.transaction = new TransactionTemplate(transactions);
        this.workloads = workloads.stream().collect(Collectors.toMap(Workload::kind, Function.identity()));
        this.worker = new LeasedWorker(
                leases,
                new LeasedWorker.Settings(
                        "job", settings.atOnce(), settings.pollInterval(), settings.lease(), SHUTDOWN_TIMEOUT),
                new Jobs());
    }

    /** Polls for jobs now, or after the commit of the current transaction. */
    public void wake() {
        worker.wake();
    }

    @Override
    public void start() {
        worker.start();
    }

    /** Waits for the current chunks. Other processes, or the next start, continue the jobs after them. */
    @Override
    public void stop() {
        worker.stop();
    }

    @Override
    public boolean isRunning() {
        return worker.isRunning();
    }

    /** Jobs start after the web server does, and stop before it does. */
    @Override
    public int getPhase() {
        return SmartLifecycle.DEFAULT_PHASE;
    }

    private final class Jobs implements LeasedWorker.Work {

        @Override
        public List<String> due(int most) {
            return store.due(most);
        }

        @Override
        public boolean carryOut(Piece piece) {
            store.begin(piece.lease()).ifPresent(begun -> attempt(begun, piece));
            return true;
        }
    }

    private void attempt(Begun begun, Piece piece) {
        var job = begun.job();
        LOG.info("Job {} ({}) goes on at item {} of {}", job.id(), job.kind(), job.processed(), job.total());
        var done = false;
        try {
            var workload = workloads.get(job.kind());
            if (workload == null) {
                throw new IllegalStateException("There is no workload for jobs of kind " + job.kind());
            }
            done = work.carryOut(job, piece.lease(), piece::mustStop, workload);
        } catch (Exception failure) {
            LOG.error("Job {} failed: {}", job.id(), ChunkedWork.traceOf(failure));
        }
        var outcome = done;
        quietly("ending a job", () -> settle(begun, piece, outcome));
    }

    private void settle(Begun begun, Piece piece, boolean done) {
        var job = begun.job();
        if (done) {
            end(job, piece, JobStatus.COMPLETED);
        } else if (store.isCancelRequested(job.id())) {
            end(job, piece, JobStatus.CANCELLED);
        } else if (begun.attempts() >= MOST_ATTEMPTS
                && !piece.mustStop()
                && store.processed(job.id()) == job.processed()) {
            end(job, piece, JobStatus.FAILED);
        } else if (!piece.mustStop()) {
            store.postpone(piece.lease(), PAUSE_AFTER_FAILURE);
        }
    }

    private void end(Job job, Piece piece, JobStatus status) {
        transaction.executeWithoutResult(ignored -> store.end(piece.lease(), status));
        LOG.info("Job {} ended: {}", job.id(), status);
    }

    @Scheduled(fixedDelay = 1, timeUnit = TimeUnit.HOURS)
    void forgetAbandonedUploads() {
        quietly("forgetting abandoned uploads", () -> store.forgetAbandonedUploads(KEEP_UPLOADS));
    }

    @Scheduled(fixedDelay = 1, timeUnit = TimeUnit.DAYS)
    void forgetOldJobs() {
        quietly(
                "forgetting old jobs",
                () -> transaction.executeWithoutResult(status -> store.forgetEnded(settings.keepFor())));
    }

    /** Runs a task and logs its failure, for instance while the database is unavailable; the task runs again soon. */
    private static void quietly(String what, Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.warn("Failed at {}: {}", what, ChunkedWork.traceOf(e));
        }
    }
}
