package org.consentledger.command.crm;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.consentledger.command.crm.SyncDecision.Reason;
import org.consentledger.kernel.person.PersonId;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;

/**
 * Repository of the table {@code crm_record}. A caller that changes rows MUST lock them before it appends events;
 * otherwise an erasure and the sync can deadlock. The methods that lock do so in the order of the hashes.
 */
final class SyncRecords {

    private static final String COLUMNS = "record_hash, record_id, object, person_id, address_hash, theirs,"
            + " their_modstamp, agreed, push, push_reason, push_tries, refusals, push_after, gone";
    private static final RowMapper<SyncRecord> ROW = (row, number) -> record(row);

    /** Number of permanent errors after which a value is set aside. */
    static final int MAX_REFUSALS = 6;

    private final JdbcTemplate jdbc;

    SyncRecords(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Locks and returns the rows of some records, by their hashes. */
    Map<String, SyncRecord> lock(Collection<String> hashes) {
        return locked("record_hash = ANY (?)", (Object) hashes.toArray(String[]::new));
    }

    /**
     * Locks and returns the rows of some people: by the person, by the hash of the record's id, and, for rows without a
     * person, by the hash of the address.
     */
    Map<String, SyncRecord> lockByPeople(
            Collection<PersonId> people, Collection<String> hashes, Collection<String> addresses) {
        return locked(
                "person_id = ANY (?) OR record_hash = ANY (?) OR (address_hash = ANY (?) AND person_id IS NULL)",
                people.stream().map(PersonId::value).toArray(UUID[]::new),
                hashes.toArray(String[]::new),
                addresses.toArray(String[]::new));
    }

    /** Returns the next rows that are due to be written to Salesforce, without locking them. */
    List<SyncRecord> due(Instant now, int limit) {
        return jdbc.query(
                "SELECT " + COLUMNS + " FROM crm_record WHERE push IS NOT NULL AND record_id IS NOT NULL"
                        + " AND refusals < ? AND (push_after IS NULL OR push_after <= ?)"
                        + " ORDER BY object, record_hash LIMIT ?",
                ROW,
                MAX_REFUSALS,
                Timestamp.from(now),
                limit);
    }

    /** Returns the number of rows that are waiting to be written, including those set aside. */
    long waiting() {
        return count("SELECT count(*) FROM crm_record WHERE push IS NOT NULL AND record_id IS NOT NULL");
    }

    /** Returns the number of waiting rows that are set aside: only a change or a request makes the sync retry them. */
    long setAside() {
        return count("SELECT count(*) FROM crm_record WHERE push IS NOT NULL AND record_id IS NOT NULL AND refusals >= "
                + MAX_REFUSALS);
    }

    /** Returns the age of the oldest waiting write, including those set aside. */
    Duration longestWait() {
        var seconds = jdbc.queryForObject(
                "SELECT EXTRACT(EPOCH FROM now() - min(push_since)) FROM crm_record"
                        + " WHERE push IS NOT NULL AND record_id IS NOT NULL",
                Double.class);
        return seconds == null ? Duration.ZERO : Duration.ofMillis((long) (seconds * 1000));
    }

    /** Makes all refused rows due, with one more try each. */
    void retryRefused() {
        jdbc.update(
                "UPDATE crm_record SET push_after = NULL, refusals = LEAST(refusals, ?)"
                        + " WHERE push IS NOT NULL AND refusals > 0",
                MAX_REFUSALS - 1);
    }

    private long count(String sql) {
        var count = jdbc.queryForObject(sql, Long.class);
        return count == null ? 0 : count;
    }

    void save(Collection<SyncRecord> records) {
        var rows = records.stream().map(SyncRecords::row).toList();
        if (!rows.isEmpty()) {
            jdbc.batchUpdate(
                    "INSERT INTO crm_record (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                            + " ON CONFLICT (record_hash) DO UPDATE SET record_id = excluded.record_id,"
                            + " person_id = excluded.person_id, address_hash = excluded.address_hash,"
                            + " theirs = excluded.theirs, their_modstamp = excluded.their_modstamp,"
                            + " agreed = excluded.agreed, push = excluded.push, push_reason = excluded.push_reason,"
                            + " push_tries = excluded.push_tries, refusals = excluded.refusals,"
                            + " push_after = excluded.push_after,"
                            + " gone = excluded.gone, push_since = CASE WHEN crm_record.push IS DISTINCT FROM excluded.push"
                            + " THEN now() ELSE crm_record.push_since END",
                    rows);
        }
    }

    private Map<String, SyncRecord> locked(String where, Object... arguments) {
        var found = new LinkedHashMap<String, SyncRecord>();
        jdbc.query(
                        "SELECT " + COLUMNS + " FROM crm_record WHERE " + where + " ORDER BY record_hash FOR UPDATE",
                        ROW,
                        arguments)
                .forEach(row -> found.put(row.hash, row));
        return found;
    }

    private static Object[] row(SyncRecord record) {
        return new Object[] {
            record.hash,
            record.id,
            record.type.name(),
            record.person == null ? null : record.person.value(),
            record.addressHash,
            record.theirs,
            record.modstamp == null ? null : Timestamp.from(record.modstamp),
            record.agreed,
            record.push,
            record.pushReason == null ? null : record.pushReason.name(),
            record.pushTries,
            record.refusals,
            record.pushAfter == null ? null : Timestamp.from(record.pushAfter),
            record.gone == null ? null : record.gone.name()
        };
    }

    private static SyncRecord record(ResultSet row) throws SQLException {
        var record = new SyncRecord(row.getString("record_hash"), RecordType.valueOf(row.getString("object")));
        record.id = row.getString("record_id");
        var person = row.getObject("person_id", UUID.class);
        record.person = person == null ? null : new PersonId(person);
        record.addressHash = row.getString("address_hash");
        record.theirs = row.getObject("theirs", Boolean.class);
        record.modstamp = instant(row, "their_modstamp");
        record.agreed = row.getObject("agreed", Boolean.class);
        record.push = row.getObject("push", Boolean.class);
        var reason = row.getString("push_reason");
        record.pushReason = reason == null ? null : Reason.valueOf(reason);
        record.pushTries = row.getInt("push_tries");
        record.refusals = row.getInt("refusals");
        record.pushAfter = instant(row, "push_after");
        var gone = row.getString("gone");
        record.gone = gone == null ? null : SyncRecord.Gone.valueOf(gone);
        return record;
    }

    static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        var at = row.getTimestamp(column);
        return at == null ? null : at.toInstant();
    }
}
