package org.consentledger.foundation.store;

import static java.time.temporal.ChronoUnit.MICROS;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.serialization.Serializer;
import org.consentledger.kernel.provenance.Provenance;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The statement that inserts the events of one append, and the rows of {@code provenance} that they share. It is
 * prepared before the append lock is taken, and executed under the lock, in a statement of its own: so it sees all
 * earlier appends, and nobody else appends at the same time. It gives the rows three orders that readers rely on:
 *
 * <ul>
 *   <li>Positions are the numbers after that of the last event, without gaps.
 *   <li>The time of recording increases with the position, whatever process appends. It is the writer's own time, but
 *       not later than PostgreSQL's, and at least a microsecond later than that of the event before. So the events
 *       between two instants are a range of positions, and the state as of an event never contains a later one.
 *   <li>The id of a row of {@code provenance} is the position of the first event with it. Consecutive events with the
 *       same provenance share a row. So the events of a row are those up to the next row's id, and need no index.
 *       {@code provenance_type} lists the types among them.
 * </ul>
 *
 * <p>Example: the last event has the position 7. An append of two events of one command and one of another gets the
 * positions 8, 9 and 10, and the rows 8 and 10 of {@code provenance}.
 */
final class EventInsert {

    private static final String SQL = """
            WITH last AS MATERIALIZED (
                SELECT position, recorded_at FROM event ORDER BY position DESC LIMIT 1
            ), ledger AS MATERIALIZED (
                SELECT coalesce(max(position), 0) AS head, max(recorded_at) AS latest, clock_timestamp() AS now FROM last
            ), origin AS (
                INSERT INTO provenance (id, %1$s)
                SELECT head + place, %1$s FROM ledger, unnest(?::int[], %2$s) AS given (place, %1$s)
            ), kind AS (
                INSERT INTO provenance_type (type, provenance)
                SELECT type, head + origin FROM ledger, unnest(?::smallint[], ?::int[]) AS given (type, origin)
            )
            INSERT INTO event (position, recorded_at, stream, provenance, version, type, revision, payload)
            SELECT head + place,
                greatest(least(given.recorded_at, now + place * tick), latest + place * tick),
                stream, head + origin, version, type, revision, payload
            FROM ledger, (SELECT interval '1 microsecond' AS tick) AS step, unnest(?::timestamptz[], ?::uuid[], ?::int[],
                ?::int[], ?::smallint[], ?::smallint[], ?::bytea[]) WITH ORDINALITY
                AS given (recorded_at, stream, origin, version, type, revision, payload, place)""".formatted(ProvenanceTable.COLUMNS, ProvenanceTable.PARAMETERS);

    private final List<Provenance> origins = new ArrayList<>();
    private final List<Integer> places = new ArrayList<>();
    private final Set<Kind> kinds = new LinkedHashSet<>();
    private final String[] recordedAt;
    private final UUID[] streams;
    private final Integer[] originOf;
    private final Integer[] versions;
    private final Short[] types;
    private final Short[] revisions;
    private final byte[][] payloads;

    /** A type among the events of a row of provenance, which is named by the place of its first event. */
    private record Kind(short type, int origin) {}

    EventInsert(List<? extends EventMessage<?>> events, Serializer serializer, EventTypes known) {
        recordedAt = new String[events.size()];
        streams = new UUID[events.size()];
        originOf = new Integer[events.size()];
        versions = new Integer[events.size()];
        types = new Short[events.size()];
        revisions = new Short[events.size()];
        payloads = new byte[events.size()][];
        var time = Instant.MIN;
        for (int index = 0; index < events.size(); index++) {
            var event = (DomainEventMessage<?>) events.get(index);
            time = later(event.getTimestamp().truncatedTo(MICROS), time);
            recordedAt[index] = time.toString();
            streams[index] = LedgerEngine.streamOf(event);
            originOf[index] = placeOf(Provenance.of(event.getMetaData()), index + 1);
            versions[index] = LedgerEngine.versionOf(event);
            var payload = event.serializePayload(serializer, byte[].class);
            var name = payload.getType().getName();
            types[index] = known.numberOf(name);
            kinds.add(new Kind(types[index], originOf[index]));
            revisions[index] = Short.valueOf(payload.getType().getRevision());
            payloads[index] = (EventTypes.isAboutPerson(name) ? StoredEvent.compact(payload) : payload).getData();
        }
    }

    private static Instant later(Instant time, Instant previous) {
        return time.isAfter(previous) ? time : previous.plus(1, MICROS);
    }

    /** Returns the place of the first of the consecutive events with the same provenance. */
    private int placeOf(Provenance provenance, int place) {
        if (origins.isEmpty() || !origins.getLast().equals(provenance)) {
            origins.add(provenance);
            places.add(place);
        }
        return places.getLast();
    }

    /** Inserts the rows. MUST be called under the append lock. */
    void execute(JdbcTemplate jdbc) {
        var arguments = new ArrayList<Object>();
        arguments.add(places.toArray(Integer[]::new));
        arguments.addAll(ProvenanceTable.columns(origins));
        arguments.add(kinds.stream().map(Kind::type).toArray(Short[]::new));
        arguments.add(kinds.stream().map(Kind::origin).toArray(Integer[]::new));
        arguments.addAll(List.of(recordedAt, streams, originOf, versions, types, revisions, payloads));
        jdbc.update(SQL, arguments.toArray());
    }
}
