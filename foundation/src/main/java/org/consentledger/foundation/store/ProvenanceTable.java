package org.consentledger.foundation.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.axonframework.messaging.MetaData;
import org.consentledger.kernel.provenance.Provenance;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The table {@code provenance}: who issued a command, how it came in and what caused it. All events that one append
 * records for the same command, or for the same chunk of a job, share one row. {@link EventInsert} writes the rows.
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

    /** The columns besides the id. */
    static final String COLUMNS = String.join(", ", KEYS.keySet());

    /** A parameter of an SQL statement for each of {@link #columns}. */
    static final String PARAMETERS = String.join(", ", Collections.nCopies(KEYS.size(), "?::text[]"));

    /** Joins, as {@code = ANY} makes PostgreSQL choose a full scan of a table without statistics. */
    private static final String READ =
            "SELECT id, " + COLUMNS + " FROM unnest(?::bigint[]) AS wanted (id) JOIN provenance USING (id)";

    private final JdbcTemplate jdbc;

    ProvenanceTable(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Returns the values of the columns, each as an array. */
    static List<String[]> columns(List<Provenance> provenances) {
        var rows = provenances.stream().map(Provenance::toMetaData).toList();
        return KEYS.values().stream()
                .map(key -> rows.stream().map(row -> row.get(key)).toArray(String[]::new))
                .toList();
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
