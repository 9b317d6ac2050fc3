package org.consentledger.command.crm;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** How far either side has been read, and until when Salesforce is left alone. Kept beside what was done with it. */
class SyncState {

    private final JdbcTemplate jdbc;

    SyncState(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A pause in which Salesforce is asked nothing.
     *
     * @param reason the fault that made it
     */
    record Pause(Instant until, String reason, int failures) {}

    Optional<Watermark> watermark(RecordType type) {
        return jdbc
                .query(
                        "SELECT modstamp, record_id FROM crm_watermark WHERE object = ?",
                        (row, number) -> new Watermark(row.getTimestamp(1).toInstant(), row.getString(2)),
                        type.name())
                .stream()
                .findFirst();
    }

    void watermark(RecordType type, Watermark mark) {
        jdbc.update(
                "INSERT INTO crm_watermark (object, modstamp, record_id) VALUES (?, ?, ?) ON CONFLICT (object)"
                        + " DO UPDATE SET modstamp = excluded.modstamp, record_id = excluded.record_id",
                type.name(),
                Timestamp.from(mark.modstamp()),
                mark.recordId());
    }

    /** Begins at a position, unless it has begun before. */
    void begin(long position) {
        jdbc.update("INSERT INTO crm_state (position) VALUES (?) ON CONFLICT DO NOTHING", position);
    }

    /** Up to where the ledger has been read; the row is locked, so that nobody else reads on from there. */
    long lockPosition() {
        var position = jdbc.queryForObject("SELECT position FROM crm_state FOR UPDATE", Long.class);
        return position == null ? 0 : position;
    }

    void position(long position) {
        jdbc.update("UPDATE crm_state SET position = ?", position);
    }

    /** The pause that was made last, though it may be over. */
    Optional<Pause> pause() {
        return jdbc
                .query(
                        "SELECT paused_until, pause_reason, failures FROM crm_state WHERE paused_until IS NOT NULL",
                        (row, number) -> new Pause(row.getTimestamp(1).toInstant(), row.getString(2), row.getInt(3)))
                .stream()
                .findFirst();
    }

    void pause(@Nullable Pause pause) {
        jdbc.update(
                "UPDATE crm_state SET paused_until = ?, pause_reason = ?, failures = ?",
                pause == null ? null : Timestamp.from(pause.until()),
                pause == null ? null : pause.reason(),
                pause == null ? 0 : pause.failures());
    }
}
