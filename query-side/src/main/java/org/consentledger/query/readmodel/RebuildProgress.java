package org.consentledger.query.readmodel;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Formats a progress line for the log every five seconds: how far a rebuild is, how fast, and how much time it still
 * needs.
 */
final class RebuildProgress {

    private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);
    private static final int BAR_LENGTH = 20;

    private final LongSupplier head;
    private final LongSupplier nanoTime;
    private long begunAt;
    private long saidAt;
    private long taken;

    /**
     * Creates the progress of a rebuild.
     *
     * @param head the position of the last event, which grows while the rebuild runs
     * @param nanoTime a clock in nanoseconds, like {@link System#nanoTime}
     */
    RebuildProgress(LongSupplier head, LongSupplier nanoTime) {
        this.head = head;
        this.nanoTime = nanoTime;
    }

    /** Starts the clock. */
    void begin() {
        begunAt = nanoTime.getAsLong();
        saidAt = begunAt;
    }

    /** Counts events that were folded. Returns a line if it is time to log one. */
    Optional<String> took(int events) {
        taken += events;
        var now = nanoTime.getAsLong();
        if (now - saidAt < BETWEEN_LINES.toNanos()) {
            return Optional.empty();
        }
        saidAt = now;
        return Optional.of(line(now - begunAt));
    }

    /**
     * Notes that everything up to a position has been folded. A position can lack an event, so the count of events
     * alone would fall short.
     */
    void reached(long position) {
        taken = Math.max(taken, position);
    }

    private String line(long nanos) {
        var total = Math.max(head.getAsLong(), taken);
        var done = total == 0 ? 1.0 : (double) taken / total;
        var perSecond = taken / (nanos / 1e9);
        var hashes = (int) (done * BAR_LENGTH);
        return String.format(
                Locale.ROOT,
                "[%s%s] %d %%, %,d events/s, %s left",
                "#".repeat(hashes),
                ".".repeat(BAR_LENGTH - hashes),
                (int) (done * 100),
                Math.round(perSecond),
                perSecond == 0 ? "unknown time" : words(Math.round((total - taken) / perSecond)));
    }

    private static String words(long seconds) {
        if (seconds >= 3600) {
            return "%d h %d min".formatted(seconds / 3600, seconds % 3600 / 60);
        }
        return seconds >= 60 ? "%d min %d s".formatted(seconds / 60, seconds % 60) : seconds + " s";
    }
}
