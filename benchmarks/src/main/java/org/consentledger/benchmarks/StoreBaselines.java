package org.consentledger.benchmarks;

import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;

/** Baselines of the store: plain PostgreSQL with the rows that the ledger has written, on the same server. */
final class StoreBaselines {

    /** The number of rows per transaction, as in the ledger's jobs. */
    private static final int CHUNK = 250;

    private static final String EVENT_COLUMNS =
            "position, recorded_at, stream, provenance, version, type, revision, payload";
    private static final int EVENT_COLUMN_COUNT = 8;

    private static final String INSERT_EVENTS =
            "INSERT INTO %s (" + EVENT_COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String LAST =
            " FROM event WHERE position > (SELECT max(position) FROM event) - %d ORDER BY position";

    private final LedgerUnderTest ledger;

    StoreBaselines(LedgerUnderTest ledger) {
        this.ledger = ledger;
    }

    /** Copies the last events into a table of the same form by JDBC batches, and returns the rows per second. */
    double events(int rows) throws Exception {
        return rows
                / batches(
                        "SELECT " + EVENT_COLUMNS + LAST.formatted(rows),
                        INSERT_EVENTS.formatted(table("last", "event")),
                        EVENT_COLUMN_COUNT);
    }

    /** Copies all events and identities of imported people by JDBC batches, and returns the people per second. */
    double imported(int people) throws Exception {
        var events = table("imported", "event");
        var identities = table("imported", "person_identity");
        var seconds = batches(
                "SELECT " + EVENT_COLUMNS + " FROM event ORDER BY position",
                INSERT_EVENTS.formatted(events),
                EVENT_COLUMN_COUNT);
        seconds += batches(
                "SELECT key_hash, person_id FROM person_identity",
                "INSERT INTO " + identities + " (key_hash, person_id) VALUES (?, ?)",
                2);
        return people / seconds;
    }

    /** Copies the last events by COPY, and returns the rows per second. */
    double copy(int rows) throws Exception {
        var table = table("copied", "event");
        var nanos = 0L;
        try (var reading = ledger.connect();
                var writing = ledger.connect();
                var cursor = cursor(
                        reading,
                        "SELECT position, recorded_at::text, stream, provenance, version, type, revision, encode(payload, 'hex')"
                                + LAST.formatted(rows))) {
            var copy = writing.unwrap(PGConnection.class).getCopyAPI();
            writing.setAutoCommit(false);
            for (var chunk = chunk(cursor, EVENT_COLUMN_COUNT);
                    !chunk.isEmpty();
                    chunk = chunk(cursor, EVENT_COLUMN_COUNT)) {
                var text = new StringBuilder();
                for (var row : chunk) {
                    for (int column = 0; column < row.size(); column++) {
                        text.append(column == 0 ? "" : "\t")
                                .append(column == EVENT_COLUMN_COUNT - 1 ? "\\\\x" : "")
                                .append(row.get(column));
                    }
                    text.append('\n');
                }
                var begun = System.nanoTime();
                copy.copyIn("COPY " + table + " (" + EVENT_COLUMNS + ") FROM STDIN", new StringReader(text.toString()));
                writing.commit();
                nanos += System.nanoTime() - begun;
            }
        }
        return rows / (nanos / 1e9);
    }

    /**
     * Updates people in the CRUD design: a plain table whose trigger keeps the old and the new row for the auditor.
     * Returns the people per second, in transactions of the same size.
     */
    double updates(int people) throws Exception {
        try (var connection = ledger.connect();
                var statement = connection.createStatement()) {
            statement.execute("""
                    DROP TABLE IF EXISTS contact, contact_audit;
                    CREATE TABLE contact (id uuid PRIMARY KEY, first_name text, last_name text, company text, title text,
                      emails text[], phones text[], authorization_type text, source_type text, source_description text,
                      subscription text, changed_by text, changed_at timestamptz);
                    CREATE TABLE contact_audit (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, contact_id uuid,
                      changed_by text, changed_at timestamptz, before jsonb, after jsonb);
                    CREATE INDEX ON contact_audit (contact_id);
                    CREATE OR REPLACE FUNCTION audit_contact() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                      INSERT INTO contact_audit (contact_id, changed_by, changed_at, before, after)
                      VALUES (new.id, new.changed_by, new.changed_at, to_jsonb(old), to_jsonb(new)); RETURN NULL; END $$;
                    CREATE TRIGGER audit AFTER UPDATE ON contact FOR EACH ROW EXECUTE FUNCTION audit_contact()""");
            statement.execute("""
                    INSERT INTO contact SELECT person_id, 'First' || n, 'Last' || n, 'Company ' || n %% 1000, 'Engineer',
                      ARRAY['p' || n || '@example.org'], ARRAY['+49 30 ' || n], 'LEGITIMATE_INTEREST', 'IMPORT', null,
                      'SUBSCRIBED', 'operator', now()
                    FROM (SELECT person_id, row_number() OVER (ORDER BY person_id) AS n FROM person) AS known
                    LIMIT %d""".formatted(people));
            statement.execute("ANALYZE contact");
        }
        var seconds = 0.0;
        try (var reading = ledger.connect();
                var writing = ledger.connect();
                var cursor = cursor(reading, "SELECT id FROM contact ORDER BY id");
                var update = writing.prepareStatement("UPDATE contact SET source_type = 'CRM_SYNC',"
                        + " changed_by = 'operator', changed_at = now() WHERE id = ANY (?)")) {
            writing.setAutoCommit(false);
            for (var chunk = chunk(cursor, 1); !chunk.isEmpty(); chunk = chunk(cursor, 1)) {
                var ids = chunk.stream().map(List::getFirst).toArray();
                var begun = System.nanoTime();
                update.setArray(1, writing.createArrayOf("uuid", ids));
                update.executeUpdate();
                writing.commit();
                seconds += (System.nanoTime() - begun) / 1e9;
            }
        }
        return people / seconds;
    }

    /** Delays each commit by a millisecond, like a slow disk; false removes the delay. */
    void slowDisk(boolean slow) throws SQLException {
        try (var connection = ledger.connectAsSuperuser();
                var statement = connection.createStatement()) {
            statement.execute("ALTER SYSTEM SET commit_delay = " + (slow ? 1000 : 0));
            // With zero siblings PostgreSQL also delays a commit that runs alone
            statement.execute("ALTER SYSTEM SET commit_siblings = " + (slow ? 0 : 5));
            statement.execute("SELECT pg_reload_conf()");
        }
    }

    /** Creates an empty table with the columns and indexes of one of the ledger's tables. */
    private String table(String name, String like) throws SQLException {
        var table = "raw_" + like + "_" + name;
        try (var connection = ledger.connect();
                var statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS " + table);
            statement.execute("CREATE TABLE " + table + " (LIKE " + like + " INCLUDING ALL)");
        }
        return table;
    }

    /** Copies rows in chunks with one commit each, and returns the seconds that the writing took. */
    private double batches(String select, String insert, int columns) throws Exception {
        var nanos = 0L;
        try (var reading = ledger.connect();
                var writing = ledger.connect();
                var cursor = cursor(reading, select);
                var statement = writing.prepareStatement(insert)) {
            writing.setAutoCommit(false);
            for (var chunk = chunk(cursor, columns); !chunk.isEmpty(); chunk = chunk(cursor, columns)) {
                var begun = System.nanoTime();
                write(statement, chunk);
                writing.commit();
                nanos += System.nanoTime() - begun;
            }
        }
        return nanos / 1e9;
    }

    private static void write(PreparedStatement statement, List<List<Object>> rows) throws SQLException {
        for (var row : rows) {
            for (int column = 0; column < row.size(); column++) {
                statement.setObject(column + 1, row.get(column));
            }
            statement.addBatch();
        }
        statement.executeBatch();
    }

    private static ResultSet cursor(Connection connection, String select) throws SQLException {
        connection.setAutoCommit(false);
        var statement = connection.createStatement();
        statement.setFetchSize(CHUNK);
        statement.closeOnCompletion();
        return statement.executeQuery(select);
    }

    private static List<List<Object>> chunk(ResultSet cursor, int columns) throws SQLException, IOException {
        var rows = new ArrayList<List<Object>>();
        while (rows.size() < CHUNK && cursor.next()) {
            var row = new ArrayList<Object>();
            for (int column = 1; column <= columns; column++) {
                row.add(cursor.getObject(column));
            }
            rows.add(row);
        }
        return rows;
    }
}
