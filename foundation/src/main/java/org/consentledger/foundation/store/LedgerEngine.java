package org.consentledger.foundation.store;

import io.micrometer.core.instrument.Metrics;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.axonframework.eventhandling.DomainEventData;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.EventUtils;
import org.axonframework.eventhandling.GapAwareTrackingToken;
import org.axonframework.eventhandling.TrackedDomainEventData;
import org.axonframework.eventhandling.TrackedEventData;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventsourcing.EventStreamUtils;
import org.axonframework.eventsourcing.eventstore.BatchingEventStorageEngine;
import org.axonframework.eventsourcing.eventstore.EventStoreException;
import org.axonframework.modelling.command.ConcurrencyException;
import org.axonframework.serialization.SerializationException;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.upcasting.event.EventUpcaster;
import org.consentledger.foundation.privacy.PersonKeys;
import org.consentledger.foundation.privacy.PersonKeys.KeyDestroyedException;
import org.consentledger.kernel.person.PersonId;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The event storage engine on PostgreSQL. Besides Axon's operations it reads the histories of many aggregates with one
 * query.
 *
 * <p><b>No reader ever skips an event.</b> Readers follow the ledger by its position, which the insert takes from a
 * counter. Without a lock, positions become visible in the order of the commits:
 *
 * <pre>
 * writer A: draws position 7 ................................ commits
 * writer B:      draws position 8, commits
 * reader  :                      reads 8, goes on after 8           (never sees 7)
 * </pre>
 *
 * <p>Axon's own engine lets readers keep a list of such gaps, and forgets gaps that are too old or too many: then it
 * loses events ({@code NoEventIsSkippedTest} shows both cases). This engine prevents gaps instead. Every append takes
 * the same advisory lock before it draws a position. The lock belongs to the transaction, and PostgreSQL releases it
 * after the commit has become visible. So B waits until 7 is visible before it draws 8. A reader that has read up to
 * position <i>n</i> has missed no event below <i>n</i>, and its token is a plain number. The counter is the ledger
 * itself: the next position is that of the last event, plus one ({@link EventInsert}).
 *
 * <p><b>Cost of the lock.</b> Appends commit one after the other, so the work under the lock is kept small: the engine
 * serialises the events and calls the {@link AppendParticipant}s before it takes the lock. Writers gain most by
 * appending many events in one transaction.
 *
 * <p><b>No writer waits for ever.</b> The sessions of the pool have a {@code lock_timeout}, and PostgreSQL ends a
 * session whose transaction stands still ({@code foundation.yaml}). So a process that is frozen while it holds the lock
 * stops the others for some seconds, and a writer whose wait ends without the lock gets a
 * {@link TransientDataAccessResourceException}: nothing was recorded, and the sender may try again.
 *
 * <p><b>Lost races.</b> The unique key (stream, version) rejects an append that is based on a stale state. The caller
 * gets a {@link ConcurrencyException}, as it does for a duplicate address, a broken deadlock or an erased person, and
 * may retry with the current state.
 *
 * <p>The class is thread-safe.
 */
public final class LedgerEngine extends BatchingEventStorageEngine {

    /** The key of the append lock: any number that no other advisory lock in the database uses. */
    public static final long APPEND_LOCK = 0x4c45444745524c4bL;

    private static final String SELECT = "SELECT " + StoredEvent.COLUMNS + " FROM event";
    /** Uses a LATERAL join: on a table without statistics, {@code = ANY} makes PostgreSQL choose a full scan. */
    private static final String WHOLE = "SELECT whole.* FROM unnest(?::uuid[]) AS wanted (id) CROSS JOIN LATERAL ("
            + SELECT + " WHERE stream = id ORDER BY version) AS whole";

    private static final String RANGES = "SELECT " + StoredEvent.COLUMNS
            + " FROM unnest(?::uuid[], ?::int[], ?::int[]) AS wanted (id, first, last)"
            + " JOIN event ON stream = id AND version >= first AND version <= last"
            + " WHERE type <> ALL (?::smallint[]) ORDER BY stream, version";
    /** The number of events on a page of {@link #readHistory}. */
    public static final int HISTORY_PAGE = 1000;

    private static final UUID BEFORE_ALL = new UUID(0, 0);
    private static final String LOCK_TIMEOUT = "55P03";

    /** The timer of how long writers wait for each other. A frozen process shows here first. */
    private static final String LOCK_WAIT = "ledger.append.lock.wait";

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final PersonKeys keys;
    private final List<AppendParticipant> participants;
    private final EventTypes types;
    private final ProvenanceTable provenances;
    private final EventPages pages;

    private LedgerEngine(Builder builder) {
        super(builder);
        jdbc = builder.jdbc;
        transaction = builder.transaction;
        keys = builder.keys;
        participants = builder.participants;
        types = new EventTypes(jdbc);
        provenances = new ProvenanceTable(jdbc);
        pages = new EventPages(jdbc, types);
    }

    /**
     * Creates an engine that reads pages of {@code batchSize} events.
     *
     * @param participants called in the transaction of every append, in this order
     * @param upcasters convert events of earlier revisions when they are read
     */
    public static LedgerEngine over(
            JdbcTemplate jdbc,
            PlatformTransactionManager transactions,
            Serializer serializer,
            PersonKeys keys,
            List<AppendParticipant> participants,
            EventUpcaster upcasters,
            int batchSize) {
        var builder = new Builder(jdbc, new TransactionTemplate(transactions), keys, participants);
        builder.eventSerializer(serializer).snapshotSerializer(serializer).upcasterChain(upcasters);
        builder.batchSize(batchSize).finalAggregateBatchPredicate(batch -> batch.size() < batchSize);
        return new LedgerEngine(builder);
    }

    @Override
    protected void appendEvents(List<? extends EventMessage<?>> events, Serializer serializer) {
        if (events.isEmpty()) {
            return;
        }
        try {
            var insert = new EventInsert(events, serializer, types);
            transaction.executeWithoutResult(status -> {
                participants.forEach(participant -> participant.beforeAppend(events));
                Metrics.timer(LOCK_WAIT)
                        .record(() -> jdbc.query("SELECT pg_advisory_xact_lock(?)", row -> {}, APPEND_LOCK));
                insert.execute(jdbc);
            });
        } catch (SerializationException e) {
            throw isErased(e) ? new ConcurrencyException("Another writer has erased the person first", e) : e;
        } catch (DataAccessException e) {
            if (isLockTimeout(e)) {
                throw new TransientDataAccessResourceException(
                        "Another writer holds a lock of the ledger for too long", e);
            }
            if (isLostRace(e)) {
                throw new ConcurrencyException("Another writer committed a conflicting change first", e);
            }
            throw new EventStoreException("The events could not be appended", e);
        }
    }

    /** {@inheritDoc} Never called: no aggregate has a snapshot trigger, as the rows of people hold their state. */
    @Override
    protected void storeSnapshot(DomainEventMessage<?> snapshot, Serializer serializer) {
        throw new IllegalStateException("The state of people is in rows; the ledger keeps no snapshots");
    }

    /** {@inheritDoc} Always empty; see {@link #storeSnapshot}. */
    @Override
    protected Stream<? extends DomainEventData<?>> readSnapshotData(String aggregateIdentifier) {
        return Stream.empty();
    }

    @Override
    protected List<? extends DomainEventData<?>> fetchDomainEvents(
            String aggregateIdentifier, long firstSequenceNumber, int batchSize) {
        return read(
                SELECT + " WHERE stream = ? AND version > ? ORDER BY version LIMIT ?",
                StoredEvent.streamOf(aggregateIdentifier),
                firstSequenceNumber,
                batchSize);
    }

    @Override
    protected List<? extends TrackedEventData<?>> fetchTrackedEvents(@Nullable TrackingToken lastToken, int batchSize) {
        return tracked(
                read(SELECT + " WHERE position > ? ORDER BY position LIMIT ?", positionOf(lastToken), batchSize));
    }

    /**
     * Reads the whole histories of many aggregates with one query, each in its order. The result lacks the aggregates
     * without events.
     */
    public Map<String, List<DomainEventMessage<?>>> readEvents(Collection<String> aggregateIdentifiers) {
        if (aggregateIdentifiers.isEmpty()) {
            return Map.of();
        }
        var histories = new LinkedHashMap<String, List<DomainEventMessage<?>>>();
        upcastAndDeserialize(read(WHOLE, (Object) distinct(aggregateIdentifiers)).stream())
                .forEach(event -> histories
                        .computeIfAbsent(event.getAggregateIdentifier(), id -> new ArrayList<>())
                        .add(event));
        return histories;
    }

    /** Reads rows with their metadata, and the keys of their people into the cache. */
    private List<StoredEvent> read(String query, Object... arguments) {
        var rows = jdbc.query(query, (row, number) -> StoredEvent.of(row, types), arguments);
        var origins =
                provenances.read(rows.stream().map(StoredEvent::provenance).toList());
        keys.prefetch(rows.stream()
                .filter(StoredEvent::isAboutPerson)
                .map(row -> new PersonId(row.stream()))
                .distinct()
                .toList());
        return rows.stream()
                .map(row -> row.with(Objects.requireNonNull(origins.get(row.provenance()))))
                .toList();
    }

    private static List<TrackedDomainEventData<Object>> tracked(List<StoredEvent> rows) {
        return rows.stream()
                .map(row -> new TrackedDomainEventData<>(tokenAt(row.position()), row))
                .toList();
    }

    private List<TrackedEventMessage<?>> messages(List<StoredEvent> rows) {
        return EventUtils.upcastAndDeserializeTrackedEvents(tracked(rows).stream(), getEventSerializer(), upcasterChain)
                .toList();
    }

    private static UUID[] distinct(Collection<String> aggregateIdentifiers) {
        return aggregateIdentifiers.stream()
                .map(StoredEvent::streamOf)
                .distinct()
                .toArray(UUID[]::new);
    }

    /** Returns the last sequence number of each aggregate. The result lacks the aggregates without events. */
    public Map<String, Long> lastSequenceNumbersFor(Collection<String> aggregateIdentifiers) {
        var last = new HashMap<String, Long>();
        jdbc.query(
                "SELECT id, version FROM unnest(?::uuid[]) AS wanted (id) CROSS JOIN LATERAL"
                        + " (SELECT max(version) AS version FROM event WHERE stream = id) AS latest"
                        + " WHERE version IS NOT NULL",
                row -> {
                    last.put(row.getString(1), row.getLong(2) - 1);
                },
                (Object) distinct(aggregateIdentifiers));
        return last;
    }

    /**
     * Reads a page of at most {@value #HISTORY_PAGE} events of one aggregate's history, from a sequence number on. Each
     * event has its position.
     */
    public List<TrackedEventMessage<?>> readHistory(String aggregateIdentifier, long firstSequenceNumber) {
        return messages(read(
                SELECT + " WHERE stream = ? AND version > ? ORDER BY version LIMIT ?",
                StoredEvent.streamOf(aggregateIdentifier),
                firstSequenceNumber,
                HISTORY_PAGE));
    }

    /**
     * A range of one aggregate's history.
     *
     * @param from the first sequence number in the range
     * @param to the first sequence number after the range
     */
    public record EventRange(String aggregateIdentifier, long from, long to) {}

    /**
     * Reads ranges of the histories of many aggregates with one query. Each event has its position.
     *
     * @param passedOver types of payload that the query skips
     * @return the events grouped by aggregate, in their order
     */
    public List<TrackedEventMessage<?>> readRanges(
            Collection<EventRange> ranges, Collection<? extends Class<?>> passedOver) {
        return messages(read(
                RANGES,
                ranges.stream()
                        .map(range -> StoredEvent.streamOf(range.aggregateIdentifier()))
                        .toArray(UUID[]::new),
                ranges.stream().map(range -> (int) range.from() + 1).toArray(Integer[]::new),
                ranges.stream().map(range -> (int) range.to()).toArray(Integer[]::new),
                passedOver.stream()
                        .map(type -> types.numberOf(type.getSimpleName()))
                        .toArray(Short[]::new)));
    }

    /**
     * Reads a page of the ledger that is ordered by aggregate, for readers that process whole histories. A history is
     * split between pages only if it is longer than a page.
     *
     * @param after the last event of the previous page, or null for the first page
     * @param position the last position that this reader may read; later events are left out
     * @return the page; empty after the last one
     */
    public List<TrackedEventMessage<?>> readByAggregate(
            @Nullable DomainEventMessage<?> after, long position, int pageSize) {
        var page = new ArrayList<>(read(
                SELECT + " WHERE (stream, version) > (?, ?) AND position <= ? ORDER BY stream, version LIMIT ?",
                after == null ? BEFORE_ALL : StoredEvent.streamOf(after.getAggregateIdentifier()),
                after == null ? 0 : after.getSequenceNumber() + 1,
                position,
                pageSize));
        if (page.size() == pageSize && !page.getFirst().stream().equals(page.getLast().stream())) {
            var unfinished = page.getLast().stream();
            while (page.getLast().stream().equals(unfinished)) {
                page.removeLast();
            }
        }
        return messages(page);
    }

    /**
     * Reads a page of the events that a filter selects, in the order of the ledger. Each event has its position.
     *
     * <p>A reader that goes on after the last position that it has read misses no event, whatever the filter. A page is
     * read by one statement, and when it shows a position, all earlier ones are visible: the append lock is taken
     * before a position is drawn, and released after the commit.
     *
     * @param position the page begins behind this position
     * @param descending whether the page begins with the newest event before the position
     */
    public List<TrackedEventMessage<?>> readPage(EventFilter filter, long position, boolean descending, int limit) {
        var query = pages.of(filter, position, descending, limit);
        return query == null
                ? List.of()
                : messages(read(query.sql(), query.arguments().toArray()));
    }

    /** As {@link #readPage(EventFilter, long, boolean, int)}, of one aggregate. */
    public List<TrackedEventMessage<?>> readPage(
            String aggregateIdentifier, long position, boolean descending, int limit) {
        var query = EventPages.of(StoredEvent.streamOf(aggregateIdentifier), position, descending, limit);
        return messages(read(query.sql(), query.arguments().toArray()));
    }

    @Override
    public Optional<Long> lastSequenceNumberFor(String aggregateIdentifier) {
        return Optional.ofNullable(jdbc.queryForObject(
                "SELECT max(version) - 1 FROM event WHERE stream = ?",
                Long.class,
                StoredEvent.streamOf(aggregateIdentifier)));
    }

    /** Returns the value of an event's column {@code stream}: the person, or the first half of an address's hash. */
    public static UUID streamOf(DomainEventMessage<?> event) {
        return StoredEvent.streamOf(event.getAggregateIdentifier());
    }

    /** Returns the value of an event's column {@code version}: the number of events of the stream up to this one. */
    public static int versionOf(DomainEventMessage<?> event) {
        return Math.toIntExact(event.getSequenceNumber() + 1);
    }

    /** Returns the position of the last event, or 0 in an empty ledger. */
    public long headPosition() {
        var head = jdbc.queryForObject("SELECT coalesce(max(position), 0) FROM event", Long.class);
        return head == null ? 0 : head;
    }

    @Override
    public @Nullable TrackingToken createTailToken() {
        return null;
    }

    @Override
    public TrackingToken createHeadToken() {
        return tokenAt(headPosition());
    }

    @Override
    public TrackingToken createTokenAt(Instant instant) {
        return tokenAt(pages.before(instant));
    }

    /** Returns the token of a reader that has read all events up to a position. */
    public static TrackingToken tokenAt(long position) {
        return GapAwareTrackingToken.newInstance(position, Set.of());
    }

    /** Returns the position up to which the owner of a token has read, or 0 without a token. */
    public static long positionOf(@Nullable TrackingToken token) {
        return token == null ? 0 : token.position().orElse(0);
    }

    private Stream<DomainEventMessage<?>> upcastAndDeserialize(Stream<StoredEvent> rows) {
        return EventStreamUtils.upcastAndDeserializeDomainEvents(rows, getEventSerializer(), upcasterChain)
                .asStream()
                .map(event -> (DomainEventMessage<?>) event);
    }

    /**
     * Whether a key was destroyed. Another writer has then erased the person since the events were decided: the engine
     * or a participant has written personal data of that person.
     */
    private static boolean isErased(SerializationException e) {
        return Stream.<Throwable>iterate(e, Objects::nonNull, Throwable::getCause)
                .anyMatch(KeyDestroyedException.class::isInstance);
    }

    private static boolean isLockTimeout(Exception e) {
        return e.getCause() instanceof SQLException cause && LOCK_TIMEOUT.equals(cause.getSQLState());
    }

    /**
     * Whether another writer committed first: the same next event or the same address, or PostgreSQL broke a deadlock.
     */
    private static boolean isLostRace(Exception e) {
        return e instanceof DuplicateKeyException || e instanceof ConcurrencyFailureException;
    }

    private static final class Builder extends BatchingEventStorageEngine.Builder {

        private final JdbcTemplate jdbc;
        private final TransactionTemplate transaction;
        private final PersonKeys keys;
        private final List<AppendParticipant> participants;

        Builder(
                JdbcTemplate jdbc,
                TransactionTemplate transaction,
                PersonKeys keys,
                List<AppendParticipant> participants) {
            this.jdbc = jdbc;
            this.transaction = transaction;
            this.keys = keys;
            this.participants = List.copyOf(participants);
        }
    }
}
