package org.consentledger.foundation.store;

import static java.time.temporal.ChronoUnit.MICROS;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Writes the queries for pages of the ledger. Each filter has a way that starts at the cursor and stops at the end of
 * the page, also where it selects few events of a large ledger or none:
 *
 * <ul>
 *   <li>An actor, a channel or a type selects rows of {@code provenance}, through an index for each, in the order of
 *       their ids; the events of a row are a range of positions. See {@link EventInsert}.
 *   <li>A time is turned into a position by a binary search, as both increase together.
 * </ul>
 *
 * <p>Filters that are combined only narrow that way. Few events that match all of them may take longer to find.
 */
final class EventPages {

    /** PostgreSQL knows neither much earlier nor much later instants. */
    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    /**
     * The last position before which all events were recorded before an instant. Invariant: the events up to
     * {@code low} were, those after {@code high} were not.
     */
    private static final String BEFORE = """
            WITH RECURSIVE search (low, high) AS (
                SELECT 0::bigint, coalesce(max(position), 0) FROM event
                UNION ALL
                SELECT CASE WHEN earlier THEN middle ELSE low END, CASE WHEN earlier THEN high ELSE middle - 1 END
                FROM search
                CROSS JOIN LATERAL (SELECT (low + high + 1) / 2 AS middle) AS halved
                CROSS JOIN LATERAL (
                    SELECT coalesce((SELECT recorded_at < ?::timestamptz FROM event WHERE position <= middle
                        ORDER BY position DESC LIMIT 1), true) AS earlier) AS probed
                WHERE low < high
            )
            SELECT max(low) FROM search""";

    private final JdbcTemplate jdbc;
    private final EventTypes types;

    EventPages(JdbcTemplate jdbc, EventTypes types) {
        this.jdbc = jdbc;
        this.types = types;
    }

    /** A query for rows of {@code event}, and its arguments. */
    record Query(String sql, List<Object> arguments) {}

    /**
     * Returns the query for a page, or null if the page is certainly empty.
     *
     * @param position the page begins behind this position
     */
    @Nullable
    Query of(EventFilter filter, long position, boolean descending, int limit) {
        var low = Math.max(descending ? 0 : position, filter.from() == null ? 0 : before(filter.from()));
        var high = Math.min(
                descending ? position - 1 : Long.MAX_VALUE,
                filter.to() == null ? Long.MAX_VALUE : before(known(filter.to()).plus(1, MICROS)));
        if (low >= high) {
            return null;
        }
        Short type = null;
        if (filter.type() != null) {
            type = types.findNumber(filter.type());
            if (type == null) {
                return null;
            }
        }
        var order = descending ? "DESC" : "ASC";
        if (filter.actor() == null && filter.via() == null && type == null) {
            return new Query(
                    "SELECT " + StoredEvent.COLUMNS + " FROM event WHERE position > ? AND position <= ?"
                            + " ORDER BY position " + order + " LIMIT ?",
                    List.of(low, high, limit));
        }
        return byProvenance(Selection.of(filter, type), type, low, high, order, limit);
    }

    /**
     * Selects rows of provenance.
     *
     * @param table the table that has an index of the column and the id
     * @param value the value of the column
     * @param via the channel, if it is another condition
     */
    private record Selection(
            String table,
            String column,
            String id,
            Object value,
            @Nullable String via) {

        static Selection of(EventFilter filter, @Nullable Short type) {
            var via = filter.via() == null ? null : filter.via().name();
            if (filter.actor() != null) {
                return new Selection("provenance", "actor_id", "id", filter.actor(), via);
            }
            return via != null
                    ? new Selection("provenance", "via", "id", via, null)
                    : new Selection("provenance_type", "type", "provenance", Objects.requireNonNull(type), null);
        }
    }

    /**
     * The ids of provenance and the positions have the same order, so the page is complete when it is full. The
     * comparisons of pairs can only use the index of the pair: from two conditions PostgreSQL may conclude that reading
     * the ledger from the cursor on finds the page soon, which is wrong if the matches lie far away.
     */
    private static Query byProvenance(
            Selection selection, @Nullable Short type, long low, long high, String order, int limit) {
        var arguments = new ArrayList<Object>(List.of(selection.value(), high, selection.value(), low + 1));
        if (selection.via() != null) {
            arguments.add(selection.via());
        }
        arguments.addAll(List.of(low, high));
        if (type != null) {
            arguments.add(type);
        }
        arguments.addAll(List.of(limit, limit));
        return new Query(
                """
                SELECT page.* FROM (
                    SELECT %2$s AS key, %3$s AS id FROM %1$s WHERE (%2$s, %3$s) <= (?, ?)
                    AND (%2$s, %3$s) >= (?, coalesce((SELECT max(id) FROM provenance WHERE id <= ?), 0))%4$s
                ) AS origin CROSS JOIN LATERAL (
                    SELECT %5$s FROM event WHERE provenance = id AND position >= id
                    AND position < coalesce((SELECT min(later.id) FROM provenance AS later WHERE later.id > origin.id), %6$d)
                    AND position > ? AND position <= ?%7$s ORDER BY position %8$s LIMIT ?
                ) AS page ORDER BY key %8$s, id %8$s, position %8$s LIMIT ?""".formatted(
                                selection.table(),
                                selection.column(),
                                selection.id(),
                                selection.via() == null ? "" : " AND via = ?",
                                StoredEvent.COLUMNS,
                                Long.MAX_VALUE,
                                type == null ? "" : " AND type = ?",
                                order),
                arguments);
    }

    /** Returns the query for a page of one stream. */
    static Query of(UUID stream, long position, boolean descending, int limit) {
        return new Query(
                "SELECT " + StoredEvent.COLUMNS + " FROM event WHERE stream = ? AND position > ? AND position <= ?"
                        + " ORDER BY version " + (descending ? "DESC" : "ASC") + " LIMIT ?",
                List.of(stream, descending ? 0 : position, descending ? position - 1 : Long.MAX_VALUE, limit));
    }

    /** Returns the last position up to which all events were recorded before an instant. */
    long before(Instant instant) {
        var position = jdbc.queryForObject(BEFORE, Long.class, known(instant).toString());
        return position == null ? 0 : position;
    }

    /** Returns the instant in the range and in the precision of PostgreSQL. */
    private static Instant known(Instant instant) {
        var within = instant.isBefore(EARLIEST) ? EARLIEST : instant.isAfter(LATEST) ? LATEST : instant;
        return within.truncatedTo(MICROS);
    }
}
