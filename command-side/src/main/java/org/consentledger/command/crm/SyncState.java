package org.consentledger.command.crm;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** Repository of the checkpoints of the sync (watermarks and the position in the ledger) and of its current pause. */
class SyncState {

    private final JdbcTemplate jdbc;

    SyncState(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A pause without calls to Salesforce.
     *
     * @param reason the fault that caused it
     * @param failures number of consecutive failures, on which the length of the next pause depends
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

    /** Sets the position in the ledger, unless it is set already. */
    void begin(long position) {
        jdbc.update("INSERT INTO crm_state (position) VALUES (?) ON CONFLICT DO NOTHING", position);
    }

    /** Returns the position in the ledger and locks its row, so that no other transaction reads the same events. */
    long lockPosition() {
        var position = jdbc.queryForObject("SELECT position FROM crm_state FOR UPDATE", Long.class);
        return position == null ? 0 : position;
    }

    void position(long position) {
        jdbc.update("UPDATE crm_state SET position = ?", position);
    }

    /** Returns the last pause, which may be over. */
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
