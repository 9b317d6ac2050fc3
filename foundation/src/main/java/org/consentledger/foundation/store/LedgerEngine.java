package org.consentledger.foundation.store;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.axonframework.eventhandling.DomainEventData;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventData;
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
import org.consentledger.foundation.privacy.PersonKeys;
import org.consentledger.foundation.privacy.PersonKeys.KeyDestroyedException;
import org.consentledger.kernel.person.PersonId;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The event storage engine on PostgreSQL. Besides Axon's operations it reads the histories of many aggregates with one
 * query.
 *
 * <p><b>No reader ever skips an event.</b> Readers follow the ledger by its global index, which a sequence assigns at
 * the insert. Without a lock, indexes become visible in the order of the commits:
 *
 * <pre>
 * writer A: draws index 7 ................................ commits
 * writer B:      draws index 8, commits
 * reader  :                      reads 8, goes on after 8           (never sees 7)
 * </pre>
 *
 * <p>Axon's own engine lets readers keep a list of such gaps, and forgets gaps that are too old or too many: then it
 * loses events ({@code NoEventIsSkippedTest} shows both cases). This engine prevents gaps instead. Every append takes
 * the same advisory lock before it draws an index. The lock belongs to the transaction, and PostgreSQL releases it
 * after the commit has become visible. So B waits until 7 is visible before it draws 8. A reader that has read up to
 * index <i>n</i> has missed no event below <i>n</i>, and its token is a plain number. An index that was drawn by a
 * transaction that rolled back stays unused.
 *
 * <p><b>Cost of the lock.</b> Appends commit one after the other, so the work under the lock is kept small: the engine
 * serialises the events and calls the {@link AppendParticipant}s before it takes the lock. Writers gain most by
 * appending many events in one transaction.
 *
 * <p><b>Lost races.</b> The unique key (aggregate, sequence number) rejects an append that is based on a stale state.
 * The caller gets a {@link ConcurrencyException}, as it does for a duplicate address, a broken deadlock or an erased
 * person, and may retry with the current state.
 *
 * <p>The class is thread-safe.
 */
public final class LedgerEngine extends BatchingEventStorageEngine {

    /** The key of the append lock: any number that no other advisory lock in the database uses. */
    private static final long APPEND_LOCK = 0x4c45444745524c4bL;

    private static final String COLUMNS = StoredEvent.COLUMNS;
    private static final String INSERT = "INSERT INTO %s (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    /** Uses a LATERAL join: on a table without statistics, {@code = ANY} makes PostgreSQL choose a full scan. */
    private static final String WHOLE = "SELECT " + COLUMNS
            + " FROM unnest(?::text[]) AS wanted (id) CROSS JOIN LATERAL (SELECT * FROM event"
            + " WHERE aggregate_id = id ORDER BY sequence_number) AS whole";

    private static final String LATEST = "SELECT is_snapshot, " + COLUMNS
            + " FROM unnest(?::text[]) AS wanted (id) CROSS JOIN LATERAL ("
            + "(SELECT true AS is_snapshot, " + COLUMNS + " FROM snapshot"
            + " WHERE aggregate_id = id ORDER BY sequence_number DESC LIMIT 1) UNION ALL "
            + "(SELECT false, " + COLUMNS + " FROM event WHERE aggregate_id = id AND sequence_number > coalesce("
            + "(SELECT max(sequence_number) FROM snapshot WHERE aggregate_id = id), -1) ORDER BY sequence_number)"
            + ") AS latest";
    private static final String RANGES = "SELECT global_index, " + COLUMNS
            + " FROM unnest(?::text[], ?::bigint[], ?::bigint[]) AS wanted (id, first, following)"
            + " JOIN event ON aggregate_id = id AND sequence_number >= first AND sequence_number < following"
            + " WHERE payload_type <> ALL (?) ORDER BY aggregate_id, sequence_number";
    /** The number of events on a page of {@link #readHistory}. */
    public static final int HISTORY_PAGE = 1000;

    private static final RowMapper<StoredEvent> EVENT = (row, number) -> StoredEvent.of(row);
    private static final RowMapper<TrackedDomainEventData<byte[]>> TRACKED_EVENT =
            (row, number) -> new TrackedDomainEventData<>(tokenAt(row.getLong("global_index")), StoredEvent.of(row));

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final PersonKeys keys;
    private final List<AppendParticipant> participants;

    private LedgerEngine(Builder builder) {
        super(builder);
        jdbc = builder.jdbc;
        transaction = builder.transaction;
        keys = builder.keys;
        participants = builder.participants;
    }

    /**
     * Creates an engine that reads pages of {@code batchSize} events.
     *
     * @param participants called in the transaction of every append, in this order
     */
    public static LedgerEngine over(
            JdbcTemplate jdbc,
            PlatformTransactionManager transactions,
            Serializer serializer,
            PersonKeys keys,
            List<AppendParticipant> participants,
            int batchSize) {
        var builder = new Builder(jdbc, new TransactionTemplate(transactions), keys, participants);
        builder.eventSerializer(serializer)
                .snapshotSerializer(serializer)
                .snapshotFilter(snapshot -> isCurrent(snapshot, serializer));
        builder.batchSize(batchSize).finalAggregateBatchPredicate(batch -> batch.size() < batchSize);
        return new LedgerEngine(builder);
    }

    @Override
    protected void appendEvents(List<? extends EventMessage<?>> events, Serializer serializer) {
        if (events.isEmpty()) {
            return;
        }
        var rows = rows(events, serializer);
        try {
            transaction.executeWithoutResult(status -> {
                participants.forEach(participant -> participant.beforeAppend(events));
                jdbc.query("SELECT pg_advisory_xact_lock(?)", row -> {}, APPEND_LOCK);
                jdbc.batchUpdate(INSERT.formatted("event"), rows);
            });
        } catch (DataAccessException e) {
            if (isLostRace(e)) {
                throw new ConcurrencyException("Another writer committed a conflicting change first", e);
            }
            throw new EventStoreException("The events could not be appended", e);
        }
    }

    @Override
    protected void storeSnapshot(DomainEventMessage<?> snapshot, Serializer serializer) {
        transaction.executeWithoutResult(status -> {
            jdbc.update(INSERT.formatted("snapshot") + " ON CONFLICT DO NOTHING", row(snapshot, serializer));
            jdbc.update(
                    "DELETE FROM snapshot WHERE aggregate_id = ? AND sequence_number < ?",
                    snapshot.getAggregateIdentifier(),
                    snapshot.getSequenceNumber());
        });
    }

    @Override
    protected Stream<? extends DomainEventData<?>> readSnapshotData(String aggregateIdentifier) {
        return jdbc
                .query(
                        "SELECT " + COLUMNS + " FROM snapshot WHERE aggregate_id = ? ORDER BY sequence_number DESC",
                        EVENT,
                        aggregateIdentifier)
                .stream();
    }

    @Override
    protected List<? extends DomainEventData<?>> fetchDomainEvents(
            String aggregateIdentifier, long firstSequenceNumber, int batchSize) {
        return jdbc.query(
                "SELECT " + COLUMNS + " FROM event WHERE aggregate_id = ? AND sequence_number >= ?"
                        + " ORDER BY sequence_number LIMIT ?",
                EVENT,
                aggregateIdentifier,
                firstSequenceNumber,
                batchSize);
    }

    @Override
    protected List<? extends TrackedEventData<?>> fetchTrackedEvents(@Nullable TrackingToken lastToken, int batchSize) {
        var page = jdbc.query(
                "SELECT global_index, " + COLUMNS + " FROM event WHERE global_index > ? ORDER BY global_index LIMIT ?",
                TRACKED_EVENT,
                positionOf(lastToken),
                batchSize);
        prefetchKeys(page);
        return page;
    }

    /**
     * Reads with one query what is needed to rebuild many aggregates: the last snapshot of each, if it has one, and the
     * events after it in their order. An aggregate whose snapshot is outdated gets all of its events instead. The
     * result lacks the aggregates without events.
     */
    public Map<String, List<DomainEventMessage<?>>> readLatest(Collection<String> aggregateIdentifiers) {
        if (aggregateIdentifiers.isEmpty()) {
            return Map.of();
        }
        var outdated = new HashSet<String>();
        var rows = new ArrayList<StoredEvent>();
        jdbc.query(
                LATEST,
                row -> {
                    var entry = StoredEvent.of(row);
                    if (row.getBoolean("is_snapshot") && !isCurrent(entry, getSnapshotSerializer())) {
                        outdated.add(entry.getAggregateIdentifier());
                    } else {
                        rows.add(entry);
                    }
                },
                distinct(aggregateIdentifiers));
        rows.removeIf(row -> outdated.contains(row.getAggregateIdentifier()));
        var histories = histories(rows);
        if (!outdated.isEmpty()) {
            histories.putAll(readEvents(outdated));
        }
        return histories;
    }

    /**
     * Reads the whole histories of many aggregates with one query, each in its order. The result lacks the aggregates
     * without events.
     */
    public Map<String, List<DomainEventMessage<?>>> readEvents(Collection<String> aggregateIdentifiers) {
        return histories(jdbc.query(WHOLE, EVENT, distinct(aggregateIdentifiers)));
    }

    private static Object distinct(Collection<String> aggregateIdentifiers) {
        return aggregateIdentifiers.stream().distinct().toArray(String[]::new);
    }

    private Map<String, List<DomainEventMessage<?>>> histories(List<StoredEvent> rows) {
        prefetchKeys(rows);
        var histories = new LinkedHashMap<String, List<DomainEventMessage<?>>>();
        upcastAndDeserialize(rows.stream())
                .forEach(event -> histories
                        .computeIfAbsent(event.getAggregateIdentifier(), id -> new ArrayList<>())
                        .add(event));
        return histories;
    }

    /** Returns the last sequence number of each aggregate. The result lacks the aggregates without events. */
    public Map<String, Long> lastSequenceNumbersFor(Collection<String> aggregateIdentifiers) {
        var last = new HashMap<String, Long>();
        jdbc.query(
                "SELECT aggregate_id, max(sequence_number) FROM event WHERE aggregate_id = ANY (?) GROUP BY 1",
                row -> {
                    last.put(row.getString(1), row.getLong(2));
                },
                (Object) aggregateIdentifiers.toArray(String[]::new));
        return last;
    }

    /**
     * Reads a page of at most {@value #HISTORY_PAGE} events of one aggregate's history, from a sequence number on. Each
     * event has its position.
     */
    public List<TrackedEventMessage<?>> readHistory(String aggregateIdentifier, long firstSequenceNumber) {
        var page = jdbc.query(
                "SELECT global_index, " + COLUMNS + " FROM event WHERE aggregate_id = ? AND sequence_number >= ?"
                        + " ORDER BY sequence_number LIMIT ?",
                TRACKED_EVENT,
                aggregateIdentifier,
                firstSequenceNumber,
                HISTORY_PAGE);
        prefetchKeys(page);
        return EventUtils.upcastAndDeserializeTrackedEvents(page.stream(), getEventSerializer(), upcasterChain)
                .toList();
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
        var events = jdbc.query(
                RANGES,
                TRACKED_EVENT,
                ranges.stream().map(EventRange::aggregateIdentifier).toArray(String[]::new),
                ranges.stream().map(EventRange::from).toArray(Long[]::new),
                ranges.stream().map(EventRange::to).toArray(Long[]::new),
                passedOver.stream().map(Class::getName).toArray(String[]::new));
        prefetchKeys(events);
        return EventUtils.upcastAndDeserializeTrackedEvents(events.stream(), getEventSerializer(), upcasterChain)
                .toList();
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
        var page = new ArrayList<>(jdbc.query(
                "SELECT global_index, " + COLUMNS + " FROM event"
                        + " WHERE (aggregate_id, sequence_number) > (?, ?) AND global_index <= ?"
                        + " ORDER BY aggregate_id, sequence_number LIMIT ?",
                TRACKED_EVENT,
                after == null ? "" : after.getAggregateIdentifier(),
                after == null ? -1 : after.getSequenceNumber(),
                position,
                pageSize));
        if (page.size() == pageSize && !aggregateOf(page.getFirst()).equals(aggregateOf(page.getLast()))) {
            var unfinished = aggregateOf(page.getLast());
            while (aggregateOf(page.getLast()).equals(unfinished)) {
                page.removeLast();
            }
        }
        prefetchKeys(page);
        return EventUtils.upcastAndDeserializeTrackedEvents(page.stream(), getEventSerializer(), upcasterChain)
                .toList();
    }

    private static String aggregateOf(TrackedDomainEventData<byte[]> event) {
        return event.getAggregateIdentifier();
    }

    @Override
    public Optional<Long> lastSequenceNumberFor(String aggregateIdentifier) {
        return Optional.ofNullable(jdbc.queryForObject(
                "SELECT max(sequence_number) FROM event WHERE aggregate_id = ?", Long.class, aggregateIdentifier));
    }

    /** Returns the position of the last event, or 0 in an empty ledger. */
    public long headPosition() {
        var head = jdbc.queryForObject("SELECT coalesce(max(global_index), 0) FROM event", Long.class);
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
        var before = jdbc.queryForObject(
                "SELECT min(global_index) - 1 FROM event WHERE recorded_at >= ?", Long.class, Timestamp.from(instant));
        return before == null ? createHeadToken() : tokenAt(before);
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

    private void prefetchKeys(List<? extends EventData<?>> page) {
        keys.prefetch(page.stream()
                .map(row -> (DomainEventData<?>) row)
                .filter(row -> row.getType().equals("Person"))
                .map(row -> new PersonId(UUID.fromString(row.getAggregateIdentifier())))
                .distinct()
                .toList());
    }

    /**
     * Serialises the events. A destroyed key means that another writer has erased the person since these events were
     * decided.
     */
    private static List<Object[]> rows(List<? extends EventMessage<?>> events, Serializer serializer) {
        try {
            return events.stream()
                    .map(event -> row((DomainEventMessage<?>) event, serializer))
                    .toList();
        } catch (SerializationException e) {
            for (var cause = e.getCause(); cause != null; cause = cause.getCause()) {
                if (cause instanceof KeyDestroyedException) {
                    throw new ConcurrencyException("Another writer has erased the person first", e);
                }
            }
            throw e;
        }
    }

    private static Object[] row(DomainEventMessage<?> event, Serializer serializer) {
        var payload = event.serializePayload(serializer, byte[].class);
        var metaData = event.serializeMetaData(serializer, byte[].class);
        return new Object[] {
            event.getIdentifier(),
            event.getType(),
            event.getAggregateIdentifier(),
            event.getSequenceNumber(),
            payload.getType().getName(),
            payload.getType().getRevision(),
            payload.getData(),
            metaData.getData(),
            Timestamp.from(event.getTimestamp())
        };
    }

    /**
     * Whether another writer committed first: the same next event or the same address, or PostgreSQL broke a deadlock.
     */
    private static boolean isLostRace(Exception e) {
        return e instanceof DuplicateKeyException || e instanceof ConcurrencyFailureException;
    }

    /** Whether a snapshot has the current revision of its class. An outdated snapshot is ignored. */
    private static boolean isCurrent(DomainEventData<?> snapshot, Serializer serializer) {
        var stored = snapshot.getPayload().getType();
        return serializer.typeForClass(serializer.classForType(stored)).equals(stored);
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
