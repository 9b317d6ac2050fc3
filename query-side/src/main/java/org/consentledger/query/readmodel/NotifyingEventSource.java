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
 * The event store, as a source that calls its readers when there is something new. Axon's own doesn't, so its
 * processors look only twice a second.
 */
final class NotifyingEventSource implements StreamableMessageSource<TrackedEventMessage<?>>, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NotifyingEventSource.class);
    private static final Duration AFTER_FAILURE = Duration.ofMillis(500);

    /** How long what follows some news is gathered. */
    private static final Duration GATHERING = Duration.ofMillis(100);

    private final StreamableMessageSource<TrackedEventMessage<?>> store;
    private final Set<Runnable> waiting = ConcurrentHashMap.newKeySet();
    private final Thread watcher;
    private volatile boolean closed;

    /** Up to here events are passed on. */
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
                    LOG.warn("The ledger can't be watched: {}", e.getClass().getName());
                    LockSupport.parkNanos(AFTER_FAILURE.toNanos());
                }
            }
        }
    }

    private void watchFrom(TrackingToken head) throws InterruptedException {
        try (var tail = store.openStream(head)) {
            released = Math.max(released, LedgerEngine.positionOf(head));
            waiting.forEach(Runnable::run); // something may have come while nobody watched
            while (!closed) {
                if (tail.hasNextAvailable(1, TimeUnit.SECONDS)) {
                    var news = released;
                    while (tail.hasNextAvailable()) {
                        news = LedgerEngine.positionOf(tail.nextAvailable().trackingToken());
                    }
                    released = news;
                    waiting.forEach(Runnable::run);
                    LockSupport.parkNanos(GATHERING.toNanos());
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
        return new PromptStream(store.openStream(trackingToken));
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

    private final class PromptStream implements BlockingStream<TrackedEventMessage<?>> {

        private final BlockingStream<TrackedEventMessage<?>> stream;
        private @Nullable Runnable callback;

        PromptStream(BlockingStream<TrackedEventMessage<?>> stream) {
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
            waiting.add(onAvailable);
            onAvailable.run();
            return true;
        }

        @Override
        public void close() {
            if (callback != null) {
                waiting.remove(callback);
            }
            stream.close();
        }
    }
}
