package org.consentledger.command.crm;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.consentledger.kernel.provenance.Actor;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Repository of the runs of the sync. One process may queue a run and another one may execute it. */
@Component
class SyncRuns {

    private final JdbcTemplate jdbc;
    private final Clock clock;

    SyncRuns(JdbcTemplate jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** Cause of a run. */
    enum Trigger {
        SCHEDULE,
        REQUEST
    }

    /** State of a run. */
    enum Status {
        QUEUED,
        RUNNING,
        COMPLETED,
        FAILED
    }

    /**
     * One run.
     *
     * @param pulled number of records read from Salesforce
     * @param recorded number of events recorded because of them
     * @param written number of records written to Salesforce
     * @param refused number of writes that Salesforce refused
     * @param calls number of requests to Salesforce
     * @param reason cause of a failure; null otherwise
     */
    record Run(
            UUID id,
            Trigger trigger,
            Actor by,
            Status status,
            Instant queuedAt,
            @Nullable Instant startedAt,
            @Nullable Instant endedAt,
            long pulled,
            long recorded,
            long written,
            long refused,
            long calls,
            @Nullable String reason) {}

    /** Queues a run, or returns the one that is queued already. */
    Run queue(Trigger trigger, Actor by) {
        var queued = queued();
        if (queued.isPresent()) {
            return queued.get();
        }
        var id = UUID.randomUUID();
        jdbc.update(
                "INSERT INTO crm_run (id, \"trigger\", actor_id, actor_name, status, queued_at)"
                        + " VALUES (?, ?, ?, ?, 'QUEUED', ?)",
                id,
                trigger.name(),
                by.id(),
                by.name(),
                Timestamp.from(clock.instant()));
        return find(id).orElseThrow();
    }

    Optional<Run> queued() {
        return list("WHERE status = 'QUEUED' ORDER BY queued_at LIMIT 1").stream()
                .findFirst();
    }

    Optional<Run> find(UUID id) {
        return list("WHERE id = ?", id).stream().findFirst();
    }

    /** Returns the latest runs, the newest first. */
    List<Run> latest(int limit) {
        return list("ORDER BY queued_at DESC, id LIMIT ?", limit);
    }

    void begin(UUID id) {
        jdbc.update(
                "UPDATE crm_run SET status = 'RUNNING', started_at = ? WHERE id = ?",
                Timestamp.from(clock.instant()),
                id);
    }

    void progress(UUID id, int pulled, int recorded, int written, int refused) {
        jdbc.update(
                "UPDATE crm_run SET pulled = pulled + ?, recorded = recorded + ?, written = written + ?,"
                        + " refused = refused + ? WHERE id = ?",
                pulled,
                recorded,
                written,
                refused,
                id);
    }

    void end(UUID id, long calls, @Nullable String reason) {
        jdbc.update(
                "UPDATE crm_run SET status = ?, ended_at = ?, calls = ?, reason = ? WHERE id = ?",
                (reason == null ? Status.COMPLETED : Status.FAILED).name(),
                Timestamp.from(clock.instant()),
                calls,
                reason,
                id);
    }

    /** Fails the running runs, whose processes have died. The caller MUST have the lease {@link Sync#LEASE}. */
    void failAbandoned() {
        jdbc.update(
                "UPDATE crm_run SET status = 'FAILED', ended_at = ?, reason = 'ABANDONED' WHERE status = 'RUNNING'",
                Timestamp.from(clock.instant()));
    }

    private List<Run> list(String where, Object... arguments) {
        return jdbc.query("SELECT * FROM crm_run " + where, (row, number) -> run(row), arguments);
    }

    private static Run run(ResultSet row) throws SQLException {
        return new Run(
                row.getObject("id", UUID.class),
                Trigger.valueOf(row.getString("trigger")),
                new Actor(row.getString("actor_id"), row.getString("actor_name"), List.of()),
                Status.valueOf(row.getString("status")),
                row.getTimestamp("queued_at").toInstant(),
                SyncRecords.instant(row, "started_at"),
                SyncRecords.instant(row, "ended_at"),
                row.getLong("pulled"),
                row.getLong("recorded"),
                row.getLong("written"),
                row.getLong("refused"),
                row.getLong("calls"),
                row.getString("reason"));
    }
}
