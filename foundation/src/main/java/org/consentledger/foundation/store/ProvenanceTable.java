package org.consentledger.foundation.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.axonframework.messaging.MetaData;
import org.consentledger.kernel.provenance.Provenance;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The table {@code provenance}: who issued a command, how it came in and what caused it. All events that one append
 * records for the same command, or for the same chunk of a job, share one row.
 */
final class ProvenanceTable {

    /** The columns, with the keys of the metadata that they hold. */
    private static final Map<String, String> KEYS = new LinkedHashMap<>();

    static {
        KEYS.put("actor_id", Provenance.ACTOR_ID);
        KEYS.put("actor_name", Provenance.ACTOR_NAME);
        KEYS.put("actor_roles", Provenance.ACTOR_ROLES);
        KEYS.put("via", Provenance.VIA);
        KEYS.put("correlation_id", Provenance.CORRELATION_ID);
        KEYS.put("causation_id", Provenance.CAUSATION_ID);
        KEYS.put("job_id", Provenance.JOB_ID);
    }

    private static final String COLUMNS = String.join(", ", KEYS.keySet());

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
        var rows = distinct.stream().map(Provenance::toMetaData).toList();
        var columns = KEYS.values().stream()
                .map(key -> rows.stream().map(row -> row.get(key)).toArray(String[]::new))
                .toArray();
        var ids =
                jdbc.queryForList(INSERT, Long.class, columns).stream().sorted().toList();
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
                        read.put(row.getLong("id"), metaData(row));
                    },
                    (Object) ids.stream().distinct().toArray(Long[]::new));
        }
        return read;
    }

    private static MetaData metaData(ResultSet row) throws SQLException {
        var metaData = new HashMap<String, Object>();
        for (var column : KEYS.entrySet()) {
            var value = row.getString(column.getKey());
            if (value != null) {
                metaData.put(column.getValue(), value);
            }
        }
        return MetaData.from(metaData);
    }
}
