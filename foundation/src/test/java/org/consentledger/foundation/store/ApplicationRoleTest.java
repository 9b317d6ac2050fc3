package org.consentledger.foundation.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;

/** The role that the application uses reads recorded events and adds more. PostgreSQL refuses everything else. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApplicationRoleTest {

    private static final String INSERT = "INSERT INTO event (position, recorded_at, stream, provenance, version, type,"
            + " revision, payload) VALUES (?, now(), gen_random_uuid(), 1, 1, 1, 1, '{}')";
    private static final String REFUSED = "42501"; // insufficient_privilege

    private final TestLedger ledger = new TestLedger();
    private final JdbcTemplate owner = PostgresForTests.asOwner(ledger.jdbc);
    private List<String> before;

    @BeforeAll
    void record_an_event() {
        owner.update("INSERT INTO provenance (id, actor_id, actor_name, actor_roles, via, correlation_id, causation_id)"
                + " VALUES (1, 'a', 'a', 'a', 'a', 'a', 'a')");
        owner.update("INSERT INTO provenance_type VALUES (1, 1)");
        owner.update(INSERT, 1);
        before = rows();
    }

    @AfterAll
    void nothing_has_changed() {
        assertThat(rows()).isEqualTo(before).hasSize(19);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE event SET payload = '{}'",
                "UPDATE event SET recorded_at = now() WHERE false",
                "DELETE FROM event",
                "TRUNCATE event",
                "TRUNCATE event RESTART IDENTITY CASCADE",
                "DROP TABLE event",
                "ALTER TABLE event ADD COLUMN more text",
                "ALTER TABLE event DISABLE TRIGGER ALL",
                "ALTER TABLE event OWNER TO ledger",
                "ALTER TABLE event RENAME TO event_away",
                "ALTER TABLE event SET SCHEMA keys",
                "ALTER TABLE event ALTER COLUMN position SET DEFAULT 1",
                "ALTER TABLE event INHERIT provenance",
                "DROP INDEX event_erasures",
                "CREATE INDEX ON event (recorded_at)",
                "DO $$ BEGIN LOCK TABLE event IN ACCESS EXCLUSIVE MODE; END $$",
                "SELECT * FROM event FOR UPDATE",
                "INSERT INTO event SELECT * FROM event ON CONFLICT (stream, version) DO UPDATE SET payload = '{}'",
                "MERGE INTO event USING (SELECT 1) AS one ON true WHEN MATCHED THEN DELETE",
                "CREATE RULE away AS ON INSERT TO event DO INSTEAD NOTHING",
                "CREATE TRIGGER away BEFORE INSERT ON event FOR EACH ROW"
                        + " EXECUTE FUNCTION suppress_redundant_updates_trigger()",
                "UPDATE provenance SET actor_id = 'eve'",
                "DELETE FROM provenance",
                "TRUNCATE provenance",
                "DROP TABLE provenance",
                "UPDATE provenance_type SET type = 2",
                "DELETE FROM provenance_type",
                "INSERT INTO event_type VALUES (99, 'Invented')",
                "UPDATE event_type SET name = 'Invented'",
                "DELETE FROM event_type",
                "SET ROLE ledger_owner",
                "SET ROLE postgres",
                "SET SESSION AUTHORIZATION ledger_owner",
                "SET session_replication_role = replica",
                "GRANT ledger_owner TO ledger",
                "ALTER ROLE ledger_owner PASSWORD 'mine'",
                "ALTER ROLE ledger SUPERUSER",
                "CREATE ROLE eve IN ROLE ledger_owner",
                "CREATE TABLE public.event_copy (id int)",
                "CREATE FUNCTION public.away() RETURNS void LANGUAGE sql AS ''",
                "CREATE SCHEMA away",
                "DROP SCHEMA public CASCADE",
                "DROP OWNED BY ledger_owner",
                "REASSIGN OWNED BY ledger_owner TO ledger",
                "ALTER DEFAULT PRIVILEGES FOR ROLE ledger_owner GRANT ALL ON TABLES TO ledger",
                "COPY event TO PROGRAM 'cat'",
                "SELECT * FROM flyway_schema_history"
            })
    void the_application_may_not(String statement) {
        assertThatThrownBy(() -> ledger.jdbc.execute(statement))
                .rootCause()
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(REFUSED));
    }

    @Test
    void the_application_adds_no_event_before_another() {
        assertThatThrownBy(() -> ledger.jdbc.update(INSERT, 1)).isInstanceOf(DuplicateKeyException.class);
        assertThatThrownBy(() -> ledger.jdbc.update(INSERT, 0)).hasMessageContaining("event_position_check");
    }

    /** PostgreSQL answers with a warning, not with an error. */
    @Test
    void a_grant_by_the_application_grants_nothing() {
        ledger.jdbc.execute("GRANT UPDATE, DELETE ON event TO ledger");

        assertThatThrownBy(() -> ledger.jdbc.execute("DELETE FROM event")).hasMessageContaining("DELETE FROM event");
        assertThat(ledger.jdbc.queryForObject("SELECT has_table_privilege('event', 'UPDATE, DELETE')", Boolean.class))
                .isFalse();
    }

    @Test
    void the_application_is_no_member_of_another_role() {
        assertThat(ledger.jdbc.queryForList(
                        "SELECT rolname FROM pg_roles WHERE pg_has_role(oid, 'MEMBER')", String.class))
                .containsExactly(PostgresForTests.APPLICATION);
    }

    @Test
    void tables_of_later_migrations_are_the_applications_to_use() {
        owner.execute("CREATE TABLE later (id bigint GENERATED ALWAYS AS IDENTITY, name text)");
        try {
            ledger.jdbc.update("INSERT INTO later (name) VALUES ('a')");
            assertThat(ledger.jdbc.update("UPDATE later SET name = 'b'")).isEqualTo(1);
            assertThat(ledger.jdbc.update("DELETE FROM later")).isEqualTo(1);
        } finally {
            owner.execute("DROP TABLE later");
        }
    }

    private List<String> rows() {
        return Stream.of("event", "provenance", "provenance_type", "event_type")
                .flatMap(table ->
                        owner.queryForList("SELECT t::text FROM " + table + " AS t ORDER BY 1", String.class).stream())
                .toList();
    }
}
