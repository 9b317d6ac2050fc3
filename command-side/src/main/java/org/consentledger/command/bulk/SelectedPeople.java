package org.consentledger.command.bulk;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.UUID;
import org.consentledger.command.bulk.Selection.Filter;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Whom each bulk operation is about, written down when it is started: who comes to fit a filter later is not meant. */
@Component
class SelectedPeople {

    private final JdbcTemplate jdbc;

    SelectedPeople(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Writes a selection down, each person once; the answer is how many they are. */
    long settle(UUID job, Selection selection) {
        if (selection.personIds() != null) {
            var ids = new LinkedHashSet<>(selection.personIds());
            return jdbc.update(
                    "INSERT INTO job_person (job_id, item, person_id)"
                            + " SELECT ?, place - 1, id FROM unnest(?::uuid[]) WITH ORDINALITY AS given (id, place)",
                    job,
                    ids.toArray(UUID[]::new));
        }
        var arguments = new ArrayList<Object>();
        arguments.add(job);
        return jdbc.update(
                "INSERT INTO job_person (job_id, item, person_id)"
                        + " SELECT ?, row_number() OVER (ORDER BY person_id) - 1, person_id"
                        + " FROM person_standing WHERE NOT erased" + conditions(selection.filter(), arguments),
                arguments.toArray());
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

    /** Some of the people that were written down, from an item on. */
    List<UUID> page(UUID job, long from, int size) {
        return jdbc.queryForList(
                "SELECT person_id FROM job_person WHERE job_id = ? AND item >= ? ORDER BY item LIMIT ?",
                UUID.class,
                job,
                from,
                size);
    }
}
