package org.consentledger.command.jobs;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Claims queued jobs and runs them. Each process has one runner; the table {@code job} is the queue, and a claim is an
 * {@code UPDATE} that only one process wins ({@link JobStore#claim}).
 *
 * <p>A claim is a lease of {@code ledger.jobs.lease}. The watch thread renews the leases of all running jobs every
 * quarter of that time. When a process dies, its leases run out, another process claims the jobs, and each continues
 * after the last committed chunk. A process that was too slow to renew its lease is told so by the next renewal or
 * commit, and stops.
 *
 * <p>Threads: one watch thread polls for jobs and renews leases; each running job has a thread of its own, at most
 * {@code ledger.jobs.at-once} at a time, counted by the semaphore {@link #free}. {@link #running} is a concurrent set;
 * {@link #threads} is volatile and empty while the runner is stopped.
 *
 * <p>An attempt ends in one of these ways:
 *
 * <ul>
 *   <li>All items have a result: the job is {@code COMPLETED}.
 *   <li>A user has asked to cancel it: the job is {@code CANCELLED} after the current chunk.
 *   <li>The process shuts down or has lost the lease: the lease is released, and any process may continue at once.
 *   <li>A chunk could not be carried out: the lease is released with a short pause. After {@value #MOST_ATTEMPTS}
 *       attempts in a row at the same chunk the job is {@code FAILED}.
 * </ul>
 */
@Component
public class JobRunner implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(JobRunner.class);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(2);
    private static final Duration KEEP_UPLOADS = Duration.ofDays(1);

    /** The number of attempts in a row that may fail at the same chunk. */
    private static final int MOST_ATTEMPTS = 5;

    private final JobStore store;
    private final ChunkedWork work;
    private final JobSettings settings;
    private final TransactionTemplate transaction;
    private final Map<JobKind, Workload> workloads;
    private final Set<ChunkedWork.JobAttempt> running = ConcurrentHashMap.newKeySet();
    private final Semaphore free;
    private volatile Optional<Threads> threads = Optional.empty();

    /** The watch thread polls for jobs and renews leases; the workers run jobs. */
    private record Threads(ScheduledExecutorService watch, ExecutorService workers) {}

    JobRunner(
            JobStore store,
            ChunkedWork work,
            JobSettings settings,
            PlatformTransactionManager transactions,
            List<Workload> workloads) {
        this.store = store;
        this.work = work;
        this.settings = settings;
        this.transaction = new TransactionTemplate(transactions);
        this.workloads = workloads.stream().collect(Collectors.toMap(Workload::kind, Function.identity()));
        this.free = new Semaphore(settings.atOnce());
    }

    /** Polls for jobs now, or after the commit of the current transaction. */
    public void wake() {
        if (TransactionSynchronizationManager.isSynchronizationActive()) {
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void afterCommit() {
                    wakeNow();
                }
            });
        } else {
            wakeNow();
        }
    }

    private void wakeNow() {
        threads.ifPresent(some -> {
            try {
                some.watch().execute(this::takeOn);
            } catch (RejectedExecutionException closing) {
                LOG.debug("The job runner is stopping");
            }
        });
    }

    @Override
    public void start() {
        var some = new Threads(
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("job-watch").factory()),
                Executors.newThreadPerTaskExecutor(
                        Thread.ofPlatform().daemon().name("job-", 0).factory()));
        threads = Optional.of(some);
        var poll = settings.pollInterval().toMillis();
        var renew = settings.lease().toMillis() / 4;
        every(poll, some.watch(), this::takeOn);
        every(renew, some.watch(), this::renewLeases);
        every(Duration.ofHours(1).toMillis(), some.watch(), this::tidyUp);
        every(Duration.ofDays(1).toMillis(), some.watch(), this::forgetOldJobs);
    }

    private static void every(long millis, ScheduledExecutorService watch, Runnable round) {
        // Each task handles its own exceptions.
        var unused = watch.scheduleWithFixedDelay(round, 0, millis, TimeUnit.MILLISECONDS);
    }

    /** Waits for the current chunks. Other processes, or the next start, continue the jobs after them. */
    @Override
    public void stop() {
        threads.ifPresent(some -> {
            threads = Optional.empty();
            some.watch().shutdownNow();
            running.forEach(ChunkedWork.JobAttempt::stop);
            some.workers().close();
        });
    }

    @Override
    public boolean isRunning() {
        return threads.isPresent();
    }

    /** Jobs start after the web server does, and stop before it does. */
    @Override
    public int getPhase() {
        return SmartLifecycle.DEFAULT_PHASE;
    }

    private void takeOn() {
        while (threads.isPresent() && free.tryAcquire()) {
            if (!takeOnOne()) {
                free.release();
                return;
            }
        }
    }

    private boolean takeOnOne() {
        var handedOver = false;
        try {
            // A new name for each attempt: after a lost lease, a process must not run the same job twice
            var runner = UUID.randomUUID().toString();
            var claim = store.claim(runner, settings.lease());
            var some = threads;
            if (claim.isPresent() && some.isPresent()) {
                some.get().workers().execute(() -> carryOut(new ChunkedWork.JobAttempt(claim.get(), runner)));
                handedOver = true;
            }
        } catch (RuntimeException e) {
            LOG.warn("Polling for jobs failed: {}", ChunkedWork.traceOf(e));
        }
        return handedOver;
    }

    private void carryOut(ChunkedWork.JobAttempt attempt) {
        try {
            carryOutClaimed(attempt);
        } finally {
            free.release();
            wakeNow();
        }
    }

    private void carryOutClaimed(ChunkedWork.JobAttempt attempt) {
        var job = attempt.job();
        LOG.info("Job {} ({}) goes on at item {} of {}", job.id(), job.kind(), job.processed(), job.total());
        running.add(attempt);
        var done = false;
        try {
            var workload = workloads.get(job.kind());
            if (workload == null) {
                throw new IllegalStateException("There is no workload for jobs of kind " + job.kind());
            }
            done = !store.isCancelRequested(job.id()) && work.carryOut(attempt, workload);
        } catch (Exception failure) {
            LOG.error("Job {} failed: {}", job.id(), ChunkedWork.traceOf(failure));
        } finally {
            running.remove(attempt);
        }
        var outcome = done;
        quietly("ending a job", () -> settle(attempt, outcome));
    }

    private void settle(ChunkedWork.JobAttempt attempt, boolean done) {
        var job = attempt.job().id();
        if (done) {
            end(attempt, JobStatus.COMPLETED);
        } else if (store.isCancelRequested(job)) {
            end(attempt, JobStatus.CANCELLED);
        } else if (attempt.isStopped()) {
            store.release(job, attempt.runner(), Duration.ZERO);
        } else if (attempt.attempts() >= MOST_ATTEMPTS
                && store.processed(job) == attempt.job().processed()) {
            end(attempt, JobStatus.FAILED);
        } else {
            store.release(job, attempt.runner(), PAUSE_AFTER_FAILURE);
        }
    }

    private void end(ChunkedWork.JobAttempt attempt, JobStatus status) {
        transaction.executeWithoutResult(ignored -> store.end(attempt.job().id(), attempt.runner(), status));
        LOG.info("Job {} ended: {}", attempt.job().id(), status);
    }

    private void renewLeases() {
        quietly("renewing leases", () -> {
            for (var attempt : running) {
                if (!store.renew(attempt.job().id(), attempt.runner(), settings.lease())) {
                    attempt.stop();
                }
            }
        });
    }

    private void tidyUp() {
        quietly("tidying up", () -> store.forgetAbandonedUploads(KEEP_UPLOADS));
    }

    private void forgetOldJobs() {
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
