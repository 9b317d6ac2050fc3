package org.consentledger.query.readmodel;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.axonframework.common.stream.BlockingStream;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.messaging.StreamableMessageSource;
import org.consentledger.foundation.store.LedgerEngine;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An event source that notifies its readers of new events. The streams of Axon's own event store do not call back, so
 * its processors poll only twice a second.
 *
 * <p>One thread, {@code ledger-watcher}, reads a stream of its own at the head of the store. When events arrive it
 * moves {@link #released} to the last of them and calls the callbacks of all readers. Then it pauses for
 * {@link #BATCHING_PAUSE}. Readers see only events up to {@code released}, so the events of a pause reach every reader
 * as one batch rather than one at a time.
 *
 * <p>For example, a client records events 101 to 140 within 30 ms. The watcher finds 101 and releases it; the
 * processors handle it at once. During the pause 102 to 140 arrive. The next round releases 140, and each processor
 * handles 39 events with one bulk write.
 *
 * <p>Threads: only the watcher writes {@code released}. The lock of this object guards the start of the watcher, which
 * happens with the first reader. If the store fails, the watcher opens its stream again after {@link #RETRY_PAUSE}.
 */
final class NotifyingEventSource implements StreamableMessageSource<TrackedEventMessage<?>>, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NotifyingEventSource.class);
    private static final Duration RETRY_PAUSE = Duration.ofMillis(500);

    /** How long the watcher lets events gather before it releases the next ones. */
    private static final Duration BATCHING_PAUSE = Duration.ofMillis(100);

    private final StreamableMessageSource<TrackedEventMessage<?>> store;
    private final Set<Runnable> callbacks = ConcurrentHashMap.newKeySet();
    private final Thread watcher;
    private volatile boolean closed;

    /** The position of the last event that readers may see. */
    private volatile long released;

    NotifyingEventSource(StreamableMessageSource<TrackedEventMessage<?>> store) {
        this.store = store;
        watcher = Thread.ofPlatform().daemon().name("ledger-watcher").unstarted(this::watch);
    }

    private synchronized void startWatching() {
        if (watcher.getState() == Thread.State.NEW) {
            watcher.start();
        }
    }

    private void watch() {
        while (!closed) {
            try {
                watchFrom(store.createHeadToken());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                if (!closed) {
                    LOG.warn(
                            "The watcher can't read new events from the event store and will retry: {}",
                            e.getClass().getName());
                    LockSupport.parkNanos(RETRY_PAUSE.toNanos());
                }
            }
        }
    }

    private void watchFrom(TrackingToken head) throws InterruptedException {
        try (var stream = store.openStream(head)) {
            released = Math.max(released, LedgerEngine.positionOf(head));
            callbacks.forEach(Runnable::run); // events may have arrived while the watcher had no stream
            while (!closed) {
                if (stream.hasNextAvailable(1, TimeUnit.SECONDS)) {
                    var last = released;
                    while (stream.hasNextAvailable()) {
                        last = LedgerEngine.positionOf(stream.nextAvailable().trackingToken());
                    }
                    released = last;
                    callbacks.forEach(Runnable::run);
                    LockSupport.parkNanos(BATCHING_PAUSE.toNanos());
                }
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        watcher.interrupt();
    }

    @Override
    public BlockingStream<TrackedEventMessage<?>> openStream(@Nullable TrackingToken trackingToken) {
        return new NotifyingStream(store.openStream(trackingToken));
    }

    @Override
    public @Nullable TrackingToken createTailToken() {
        return store.createTailToken();
    }

    @Override
    public TrackingToken createHeadToken() {
        return store.createHeadToken();
    }

    @Override
    public TrackingToken createTokenAt(Instant dateTime) {
        return store.createTokenAt(dateTime);
    }

    @Override
    public TrackingToken createTokenSince(Duration duration) {
        return store.createTokenSince(duration);
    }

    private final class NotifyingStream implements BlockingStream<TrackedEventMessage<?>> {

        private final BlockingStream<TrackedEventMessage<?>> stream;
        private @Nullable Runnable callback;

        NotifyingStream(BlockingStream<TrackedEventMessage<?>> stream) {
            this.stream = stream;
        }

        @Override
        public Optional<TrackedEventMessage<?>> peek() {
            return stream.peek().filter(this::isReleased);
        }

        @Override
        public boolean hasNextAvailable(int timeout, TimeUnit unit) throws InterruptedException {
            return stream.hasNextAvailable(timeout, unit)
                    && stream.peek().filter(this::isReleased).isPresent();
        }

        private boolean isReleased(TrackedEventMessage<?> event) {
            return LedgerEngine.positionOf(event.trackingToken()) <= released;
        }

        @Override
        public TrackedEventMessage<?> nextAvailable() throws InterruptedException {
            return stream.nextAvailable();
        }

        @Override
        public void skipMessagesWithPayloadTypeOf(TrackedEventMessage<?> ignoredMessage) {
            stream.skipMessagesWithPayloadTypeOf(ignoredMessage);
        }

        @Override
        public boolean setOnAvailableCallback(Runnable onAvailable) {
            startWatching();
            callback = onAvailable;
            callbacks.add(onAvailable);
            onAvailable.run();
            return true;
        }

        @Override
        public void close() {
            if (callback != null) {
                callbacks.remove(callback);
            }
            stream.close();
        }
    }
}
