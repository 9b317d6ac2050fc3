package org.consentledger.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;

/** Callers who do something over and over for a while, each as soon as the last time is over. */
final class Load {

    /** What one caller does; told which caller it is and how often it has done it. */
    interface Turn {
        void take(int caller, int turn) throws Exception;
    }

    /**
     * How it went.
     *
     * @param perSecond how often it was done by all
     * @param p99Millis the time within which 99 of 100 were done, in milliseconds
     */
    record Result(double perSecond, double p99Millis) {}

    static Result run(int callers, Duration time, Turn turn) throws InterruptedException, ExecutionException {
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
                        turn.take(caller, count);
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
