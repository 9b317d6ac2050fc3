package org.consentledger.command.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.consentledger.foundation.store.PostgresForTests;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** A selection of more people than share a row. */
class SelectedPeopleTest {

    private static final int MANY = 2_345;

    private final SingleConnectionDataSource connection =
            new SingleConnectionDataSource(PostgresForTests.newDatabase(), PostgresForTests.APPLICATION, "", true);
    private final JdbcTemplate jdbc = new JdbcTemplate(connection);
    private final SelectedPeople selected = new SelectedPeople(jdbc);
    private final UUID job = UUID.randomUUID();

    @AfterEach
    void disconnect() {
        connection.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 250, 999, 1_000, 1_001, 5_000})
    void named_people_are_read_once_in_the_given_order_for_any_page_size(int size) {
        begin(job);
        begin(UUID.randomUUID());
        var named = people();
        var twice = Stream.concat(named.stream(), named.stream()).toList();

        var count = selected.settle(job, new Selection(twice, null, null));

        assertThat(count).isEqualTo(MANY);
        assertThat(taken(size)).isEqualTo(named);
    }

    @Test
    void all_people_are_read_in_the_order_of_their_ids() {
        begin(job);
        var people = people();
        jdbc.batchUpdate(
                "INSERT INTO person (person_id, version, erased) VALUES (?, 1, ?)",
                people.stream()
                        .map(person -> new Object[] {person, person.equals(people.getFirst())})
                        .toList());

        var count = selected.settle(job, new Selection(null, true, null));

        assertThat(count).isEqualTo(MANY - 1);
        assertThat(taken(250))
                .isEqualTo(jdbc.queryForList(
                        "SELECT person_id FROM person WHERE NOT erased ORDER BY person_id", UUID.class));
    }

    @Test
    void an_empty_selection_is_valid() {
        begin(job);

        assertThat(selected.settle(job, new Selection(null, true, null))).isZero();
        assertThat(taken(250)).isEmpty();
    }

    private static List<UUID> people() {
        return Stream.generate(UUID::randomUUID).limit(MANY).toList();
    }

    private List<UUID> taken(int size) {
        var taken = new ArrayList<UUID>();
        for (var page = selected.page(job, 0, size); !page.isEmpty(); page = selected.page(job, taken.size(), size)) {
            assertThat(page).hasSizeLessThanOrEqualTo(size);
            taken.addAll(page);
        }
        return taken;
    }

    private void begin(UUID id) {
        jdbc.update(
                "INSERT INTO job (id, kind, status, dry_run, total, actor_id, actor_name, actor_roles, correlation_id,"
                        + " created_at) VALUES (?, 'BULK', 'RUNNING', false, 0, 'a', 'a', 'a', 'a', now())",
                id);
    }
}
