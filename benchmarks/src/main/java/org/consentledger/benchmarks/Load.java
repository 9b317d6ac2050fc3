package org.consentledger.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;

/**
 * Runs an operation repeatedly in concurrent callers. Each caller starts the next call as soon as the last one returns.
 */
final class Load {

    /** The operation of one caller. It gets the number of the caller and the number of its earlier calls. */
    interface Operation {
        void run(int caller, int call) throws Exception;
    }

    /**
     * The throughput and latency of a run.
     *
     * @param perSecond calls per second of all callers together
     * @param p99Millis the 99th percentile of a call's duration, in milliseconds
     */
    record Result(double perSecond, double p99Millis) {}

    static Result run(int callers, Duration time, Operation operation) throws InterruptedException, ExecutionException {
        var start = System.nanoTime();
        var end = start + time.toNanos();
        try (var pool = Executors.newFixedThreadPool(callers)) {
            var work = new ArrayList<Callable<List<Long>>>();
            for (int number = 0; number < callers; number++) {
                var caller = number;
                work.add(() -> {
                    var took = new ArrayList<Long>();
                    for (int count = 0; System.nanoTime() < end; count++) {
                        var begun = System.nanoTime();
                        operation.run(caller, count);
                        took.add(System.nanoTime() - begun);
                    }
                    return took;
                });
            }
            var all = new ArrayList<Long>();
            for (var done : pool.invokeAll(work)) {
                all.addAll(done.get());
            }
            var seconds = (System.nanoTime() - start) / 1e9;
            var sorted = all.stream().mapToLong(Long::longValue).sorted().toArray();
            return new Result(sorted.length / seconds, sorted[(int) (sorted.length * 0.99)] / 1e6);
        }
    }

    private Load() {}
}
