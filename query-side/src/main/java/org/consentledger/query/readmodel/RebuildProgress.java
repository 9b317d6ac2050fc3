package org.consentledger.query.readmodel;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Tells who watches the console, every few seconds, how far a rebuild is and how long it will still take. */
final class RebuildProgress {

    private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);
    private static final int BAR_LENGTH = 20;

    private final LongSupplier head;
    private final LongSupplier nanoTime;
    private long begunAt;
    private long saidAt;
    private long taken;

    /**
     * Progress of a rebuild.
     *
     * @param head the end of the ledger, which others move meanwhile
     * @param nanoTime a clock, like {@link System#nanoTime}
     */
    RebuildProgress(LongSupplier head, LongSupplier nanoTime) {
        this.head = head;
        this.nanoTime = nanoTime;
    }

    /** The time begins to count. */
    void begin() {
        begunAt = nanoTime.getAsLong();
        saidAt = begunAt;
    }

    /** Counts events that were taken in; the answer is a line to show, if it is time for one. */
    Optional<String> took(int events) {
        taken += events;
        var now = nanoTime.getAsLong();
        if (now - saidAt < BETWEEN_LINES.toNanos()) {
            return Optional.empty();
        }
        saidAt = now;
        return Optional.of(line(now - begunAt));
    }

    /** Notes that everything up to a position has been taken in: not each position holds an event. */
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
