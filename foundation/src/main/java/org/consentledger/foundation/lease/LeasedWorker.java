package org.consentledger.foundation.lease;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.consentledger.foundation.lease.Leases.Lease;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Polls for work, and does each piece under a lease, so that one process at a time does it. Jobs, mails and the CRM
 * sync each have one in every process.
 *
 * <p>A watch thread polls {@link Work#due} and acquires the leases of what it finds; each piece is then done by a
 * thread of its own, at most {@code atOnce} of them, counted by the semaphore {@link #free}. Between two polls lies the
 * poll interval, shortened by up to a quarter at random, so that processes don't poll in step. {@link #wake} polls at
 * once.
 *
 * <p>A second thread renews the leases of all pieces every quarter of their duration. It is apart from the first, so
 * that a slow poll doesn't cost a lease. If a renewal finds a lease lost, {@link Piece#mustStop} tells the piece. A
 * process that was frozen or cut off may go on before it hears of that, so whatever must not happen twice is done under
 * the condition {@link Leases#IS_HELD}.
 *
 * <p>Example: a process dies in the middle of a job. Its lease is renewed no more and expires after 30 seconds; the
 * next poll of another process acquires it, and the job goes on after its last commit. If the process was only frozen,
 * its next commit fails with {@link LeaseLostException}, and it lets go.
 *
 * <p>{@link #pieces} is a concurrent set. {@link #threads} is volatile and empty while the worker is stopped.
 */
public final class LeasedWorker {

    private static final Logger LOG = LoggerFactory.getLogger(LeasedWorker.class);

    /** What a worker does. The implementation MUST be thread-safe. */
    public interface Work {

        /**
         * Returns the names of what is due, in the order in which it should be done, at most {@code most}. Names under
         * a valid lease MUST be left out ({@link Leases#whereFree}).
         */
        List<String> due(int most);

        /**
         * Does a piece of work, on a thread of its own and outside of any transaction. It MUST check first whether the
         * piece is still due: another process may have done it since {@link #due}.
         *
         * @return whether to poll for the next piece at once
         */
        boolean carryOut(Piece piece);
    }

    /** A piece of work and its lease. */
    public static final class Piece {

        private final Lease lease;
        private final CountDownLatch stop = new CountDownLatch(1);

        private Piece(Lease lease) {
            this.lease = lease;
        }

        public Lease lease() {
            return lease;
        }

        /** Returns whether the lease is lost or the process shuts down. The work SHOULD end soon, at a safe point. */
        public boolean mustStop() {
            return stop.getCount() == 0;
        }

        /** Waits, but not longer than until the work must stop. Returns false if it must. */
        public boolean pause(Duration duration) {
            try {
                return !stop.await(duration.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }

    /**
     * The settings of a worker.
     *
     * @param name begins the names of its threads
     * @param atOnce the most pieces of work at a time
     * @param lease how long a process that doesn't renew its lease keeps others off
     * @param shutdown how long {@link LeasedWorker#stop} waits for work in progress
     */
    public record Settings(String name, int atOnce, Duration pollInterval, Duration lease, Duration shutdown) {}

    private final Leases leases;
    private final Settings settings;
    private final Work work;
    private final Semaphore free;
    private final Set<Piece> pieces = ConcurrentHashMap.newKeySet();
    private volatile Optional<Threads> threads = Optional.empty();

    private record Threads(ScheduledExecutorService poll, ScheduledExecutorService renewal, ExecutorService workers) {}

    public LeasedWorker(Leases leases, Settings settings, Work work) {
        this.leases = leases;
        this.settings = settings;
        this.work = work;
        this.free = new Semaphore(settings.atOnce());
    }

    /** Polls now, or after the commit of the current transaction. */
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
        threads.ifPresent(some -> ifNotStopping(() -> some.poll().execute(this::claimAll)));
    }

    /** Begins to poll. */
    public void start() {
        var some = new Threads(scheduler("-poll"), scheduler("-lease"), workers());
        threads = Optional.of(some);
        some.poll().execute(() -> pollAgainAndAgain(some));
        every(settings.lease().dividedBy(4), some, this::renewAll);
        every(Duration.ofHours(1), some, this::deleteAbandoned);
    }

    private static void every(Duration pause, Threads some, Runnable round) {
        // Each round handles its own exceptions: one that escaped would cancel the schedule.
        var unused =
                some.renewal().scheduleWithFixedDelay(round, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private ScheduledExecutorService scheduler(String suffix) {
        return Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name(settings.name() + suffix).factory());
    }

    private ExecutorService workers() {
        return Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().daemon().name(settings.name() + "-", 0).factory());
    }

    public boolean isRunning() {
        return threads.isPresent();
    }

    /** Tells all work in progress to stop and waits for it; leases are renewed meanwhile. */
    public void stop() {
        threads.ifPresent(some -> {
            threads = Optional.empty();
            some.poll().shutdownNow();
            pieces.forEach(piece -> piece.stop.countDown());
            some.workers().shutdown();
            try {
                if (!some.workers().awaitTermination(settings.shutdown().toMillis(), TimeUnit.MILLISECONDS)) {
                    LOG.warn("Work of {} goes on after {}; its leases expire", settings.name(), settings.shutdown());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            some.renewal().shutdownNow();
        });
    }

    private void pollAgainAndAgain(Threads some) {
        claimAll();
        var interval = settings.pollInterval().toMillis();
        var pause = interval - ThreadLocalRandom.current().nextLong(interval / 4 + 1);
        ifNotStopping(() -> {
            var unused = some.poll().schedule(() -> pollAgainAndAgain(some), pause, TimeUnit.MILLISECONDS);
        });
    }

    /**
     * Claims what is due while there are free threads. Names that another process has claimed meanwhile are due no
     * more, so the next round finds others. No name is tried twice, so work that fails at once waits for the next poll.
     */
    private void claimAll() {
        try {
            var tried = new HashSet<String>();
            var found = true;
            while (found && isRunning() && free.availablePermits() > 0) {
                var names = work.due(free.availablePermits()).stream()
                        .filter(tried::add)
                        .toList();
                names.forEach(this::claim);
                found = !names.isEmpty();
            }
        } catch (RuntimeException e) {
            LOG.warn(
                    "Polling for work of {} failed: {}",
                    settings.name(),
                    e.getClass().getName());
        }
    }

    private void claim(String name) {
        var some = threads;
        if (some.isPresent() && free.tryAcquire()) {
            var handedOver = false;
            try {
                var lease = leases.acquire(name, settings.lease());
                lease.map(Piece::new)
                        .ifPresent(piece -> handOver(piece, some.get().workers()));
                handedOver = lease.isPresent();
            } finally {
                if (!handedOver) {
                    free.release();
                }
            }
        }
    }

    private void handOver(Piece piece, ExecutorService workers) {
        pieces.add(piece);
        try {
            workers.execute(() -> carryOut(piece));
        } catch (RejectedExecutionException stopping) {
            end(piece);
        }
    }

    private void carryOut(Piece piece) {
        var again = false;
        try {
            again = work.carryOut(piece);
        } catch (RuntimeException e) {
            LOG.error("{} failed: {}", piece.lease().name(), e.getClass().getName());
        } finally {
            end(piece);
        }
        if (again) {
            wakeNow();
        }
    }

    /** A lease that can't be released, because the database is down, expires. */
    private void end(Piece piece) {
        pieces.remove(piece);
        try {
            leases.release(piece.lease());
        } catch (RuntimeException e) {
            LOG.warn(
                    "The lease {} can't be released: {}",
                    piece.lease().name(),
                    e.getClass().getName());
        }
        free.release();
    }

    private void renewAll() {
        for (var piece : pieces) {
            try {
                if (!leases.renew(piece.lease(), settings.lease()) && pieces.contains(piece)) {
                    LOG.warn("The lease {} is lost", piece.lease().name());
                    piece.stop.countDown();
                }
            } catch (RuntimeException e) {
                LOG.warn(
                        "The lease {} can't be renewed: {}",
                        piece.lease().name(),
                        e.getClass().getName());
            }
        }
    }

    private void deleteAbandoned() {
        try {
            leases.deleteAbandoned();
        } catch (RuntimeException e) {
            LOG.warn("Abandoned leases can't be deleted: {}", e.getClass().getName());
        }
    }

    private static void ifNotStopping(Runnable action) {
        try {
            action.run();
        } catch (RejectedExecutionException stopping) {
            LOG.debug("The worker is stopping");
        }
    }
}
