package org.consentledger.query.readmodel;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.consentledger.foundation.http.HttpProblem;
import org.consentledger.foundation.http.InvalidRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * Implements read-your-own-writes: waits up to two seconds until a read model has reached the version that the caller
 * names.
 */
public final class Freshness {

    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final long PAUSE_NANOS = Duration.ofMillis(5).toNanos();

    /**
     * Repeats a read until its result has reached a version.
     *
     * @param minVersion the request parameter {@code minVersion}; if absent, the first result is returned
     * @throws HttpProblem with status 503 if the version is not reached within two seconds, and with status 400 if the
     *     parameter is not a number of at least 0
     */
    public static <T> Optional<T> atLeast(
            @Nullable String minVersion, Supplier<Optional<T>> read, ToLongFunction<T> version) {
        var wanted = minVersion == null ? 0 : parse(minVersion);
        var deadline = System.nanoTime() + TIMEOUT.toNanos();
        var answer = read.get();
        while (answer.map(version::applyAsLong).orElse(0L) < wanted) {
            if (System.nanoTime() > deadline || Thread.currentThread().isInterrupted()) {
                throw new HttpProblem(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "read-model-behind",
                        "The read model has not come to version %d yet.".formatted(wanted),
                        Duration.ofSeconds(1));
            }
            LockSupport.parkNanos(PAUSE_NANOS);
            answer = read.get();
        }
        return answer;
    }

    private static long parse(String minVersion) {
        try {
            var version = Long.parseLong(minVersion);
            if (version >= 0) {
                return version;
            }
        } catch (NumberFormatException e) {
            // the same answer as for a negative number
        }
        throw InvalidRequest.of("minVersion", "must be a whole number, 0 or more");
    }

    private Freshness() {}
}
