package org.consentledger.command.bulk;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.consentledger.command.bulk.Selection.Filter;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Stores the people of each bulk operation when it is started. People who match the filter later are not included. */
@Component
class SelectedPeople {

    /** The number of people in a row. */
    private static final int PAGE = 1_000;

    private static final String WRITE = "WITH written AS (INSERT INTO job_people (job_id, page, person_ids)"
            + " SELECT ?, place / " + PAGE + ", array_agg(id ORDER BY place) FROM (%s) AS given GROUP BY place / "
            + PAGE
            + " RETURNING cardinality(person_ids) AS people) SELECT coalesce(sum(people), 0) FROM written";

    private final JdbcTemplate jdbc;

    SelectedPeople(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Stores a selection, each person once, and returns the number of people. */
    long settle(UUID job, Selection selection) {
        if (selection.personIds() != null) {
            var ids = new LinkedHashSet<>(selection.personIds());
            return write(
                    "SELECT place - 1 AS place, id FROM unnest(?::uuid[]) WITH ORDINALITY AS named (id, place)",
                    List.of(job, ids.toArray(UUID[]::new)));
        }
        var arguments = new ArrayList<Object>();
        arguments.add(job);
        return write(
                "SELECT row_number() OVER (ORDER BY person_id) - 1 AS place, person_id AS id"
                        + " FROM person WHERE NOT erased" + conditions(selection.filter(), arguments),
                arguments);
    }

    private long write(String people, List<Object> arguments) {
        return Objects.requireNonNull(jdbc.queryForObject(WRITE.formatted(people), Long.class, arguments.toArray()));
    }

    private static String conditions(@Nullable Filter filter, List<Object> arguments) {
        var conditions = new StringBuilder();
        if (filter == null) {
            return "";
        }
        if (filter.authorization() != null) {
            var type = filter.authorization().type();
            conditions.append(type == null ? " AND authorization_type IS NULL" : " AND authorization_type = ?");
            if (type != null) {
                arguments.add(type.name());
            }
        }
        if (filter.source() != null) {
            conditions.append(" AND source_type = ?");
            arguments.add(filter.source().name());
        }
        if (filter.subscription() != null) {
            conditions.append(" AND subscription = ?");
            arguments.add(filter.subscription().name());
        }
        return conditions.toString();
    }

    /** Returns stored people from the item {@code from} on. */
    List<UUID> page(UUID job, long from, int size) {
        return jdbc.queryForList(
                "SELECT id FROM job_people CROSS JOIN unnest(person_ids) WITH ORDINALITY AS one (id, place)"
                        + " WHERE job_id = ? AND page BETWEEN ? AND ? AND page * " + PAGE + " + place > ?"
                        + " ORDER BY page, place LIMIT ?",
                UUID.class,
                job,
                from / PAGE,
                (from + size) / PAGE,
                from,
                size);
    }
}
