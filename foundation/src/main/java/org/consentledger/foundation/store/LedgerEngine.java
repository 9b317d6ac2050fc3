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
 * The event store on PostgreSQL.
 *
 * <p><b>No reader ever skips an event.</b> Every append takes the same transaction-scoped advisory lock before it draws
 * an index, and PostgreSQL gives it up after the commit is visible. So indexes become visible in their own order:
 * whoever has read up to <i>n</i> has nothing left to come below it, and a token is a plain number, with no gaps to
 * remember and none to forget. What the lock costs is kept small: serialising and everything derived from the events
 * comes before it.
 */
public final class LedgerEngine extends BatchingEventStorageEngine {

    /** Any number, as long as nothing else in the database locks it. */
    private static final long APPEND_LOCK = 0x4c45444745524c4bL;

    private static final String COLUMNS = StoredEvent.COLUMNS;
    private static final String INSERT = "INSERT INTO %s (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    /** A look-up each: of {@code = ANY} PostgreSQL expects most of the table, as long as it hasn't analysed it. */
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
    /** So many events of a history are read at once. */
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
     * An engine that reads pages of {@code batchSize} events.
     *
     * @param participants have their say in the transaction of every append
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
                throw new ConcurrencyException("Somebody else was faster", e);
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
     * What has to be folded to know many aggregates, read with one query: of each its last snapshot, if there is one,
     * and the events after it, in their order. An aggregate without events is missing from the answer.
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
     * The whole histories of many aggregates, read with one query, each in its order. An aggregate without events is
     * missing from the answer.
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

    /** Of each of the aggregates that have events, the sequence number of the last one. */
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

    /** A page of one aggregate's history, from a sequence number on, each event with its position. */
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

    /** A part of an aggregate's history: from a sequence number on, and up to another one that isn't in it. */
    public record EventRange(String aggregateIdentifier, long from, long to) {}

    /**
     * What ranges of the histories of many aggregates hold, read with one query, each event with its position.
     *
     * @param passedOver types of payload that the reader has no use for
     * @return those of each aggregate together, in their order
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
     * A page of the ledger in which the events of each aggregate are together, in their order: for who makes something
     * of whole histories. A history begins and ends within a page, unless a page can't hold it.
     *
     * @param after the last event of the page before; none for the first page
     * @param position where the ledger ends for this reader
     * @return an empty page behind the last one
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

    /** The position of the last event, 0 in an empty ledger. */
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

    /** The token of a reader who has read everything up to a position. */
    public static TrackingToken tokenAt(long position) {
        return GapAwareTrackingToken.newInstance(position, Set.of());
    }

    /** The position up to which the holder of a token has read; 0 without a token. */
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

    /** A person whose key is destroyed has been erased by somebody who was faster than whoever decided these events. */
    private static List<Object[]> rows(List<? extends EventMessage<?>> events, Serializer serializer) {
        try {
            return events.stream()
                    .map(event -> row((DomainEventMessage<?>) event, serializer))
                    .toList();
        } catch (SerializationException e) {
            for (var cause = e.getCause(); cause != null; cause = cause.getCause()) {
                if (cause instanceof KeyDestroyedException) {
                    throw new ConcurrencyException("Somebody has been erased meanwhile", e);
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

    /** Somebody else was faster: the same next event, the same address, or a lock that PostgreSQL broke. */
    private static boolean isLostRace(Exception e) {
        return e instanceof DuplicateKeyException || e instanceof ConcurrencyFailureException;
    }

    /** A snapshot of a form that isn't ours any more is as good as none. */
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
