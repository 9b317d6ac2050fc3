package org.consentledger.foundation.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.axonframework.messaging.MetaData;
import org.consentledger.kernel.provenance.Actor;
import org.consentledger.kernel.provenance.Provenance;
import org.consentledger.kernel.provenance.Via;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The table {@code provenance}: who issued a command, how it came in and what caused it. All events that one append
 * records for the same command, or for the same chunk of a job, share one row.
 */
final class ProvenanceTable {

    private static final String COLUMNS =
            "actor_id, actor_name, actor_roles, via, correlation_id, causation_id, job_id";

    /** Sorted, so that the numbers which the identity column assigns have the order of the arrays. */
    private static final String INSERT = "INSERT INTO provenance (" + COLUMNS + ") SELECT " + COLUMNS
            + " FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[])"
            + " WITH ORDINALITY AS given (" + COLUMNS + ", place) ORDER BY place RETURNING id";

    /** Joins, as {@code = ANY} makes PostgreSQL choose a full scan of a table without statistics. */
    private static final String READ =
            "SELECT id, " + COLUMNS + " FROM unnest(?::bigint[]) AS wanted (id) JOIN provenance USING (id)";

    private final JdbcTemplate jdbc;

    ProvenanceTable(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Adds a row for each different provenance, and returns the ids of the rows. */
    Map<Provenance, Long> add(Collection<Provenance> provenances) {
        var distinct = provenances.stream().distinct().toList();
        var ids = jdbc
                .queryForList(
                        INSERT,
                        Long.class,
                        column(distinct, one -> one.actor().id()),
                        column(distinct, one -> one.actor().name()),
                        column(distinct, one -> String.join(",", one.actor().roles())),
                        column(distinct, one -> one.via().name()),
                        column(distinct, Provenance::correlationId),
                        column(distinct, Provenance::causationId),
                        column(distinct, Provenance::jobId))
                .stream()
                .sorted()
                .toList();
        var added = new LinkedHashMap<Provenance, Long>();
        for (int place = 0; place < ids.size(); place++) {
            added.put(distinct.get(place), ids.get(place));
        }
        return added;
    }

    /** Returns the rows with the given ids, as the metadata of events. */
    Map<Long, MetaData> read(Collection<Long> ids) {
        var read = new HashMap<Long, MetaData>();
        if (!ids.isEmpty()) {
            jdbc.query(
                    READ,
                    row -> {
                        read.put(
                                row.getLong("id"), MetaData.from(provenance(row).toMetaData()));
                    },
                    (Object) ids.stream().distinct().toArray(Long[]::new));
        }
        return read;
    }

    private static Provenance provenance(ResultSet row) throws SQLException {
        var roles = row.getString("actor_roles");
        return new Provenance(
                new Actor(
                        row.getString("actor_id"),
                        row.getString("actor_name"),
                        roles.isEmpty() ? List.of() : List.of(roles.split(",", -1))),
                Via.valueOf(row.getString("via")),
                row.getString("correlation_id"),
                row.getString("causation_id"),
                row.getString("job_id"));
    }

    private static @Nullable String[] column(
            List<Provenance> provenances, Function<Provenance, @Nullable String> value) {
        return provenances.stream().map(value).toArray(String[]::new);
    }
}
