package org.consentledger.command.crm;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.consentledger.command.crm.SyncDecision.Reason;
import org.consentledger.command.crm.SyncDecision.Winner;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.SubscriptionStatus;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Append-only journal of the decisions of the sync and their outcomes. It has ids and codes, and no personal data. */
@Component
class SyncJournal {

    private final JdbcTemplate jdbc;
    private final Clock clock;

    SyncJournal(JdbcTemplate jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** Direction of a change: PULL from Salesforce, PUSH to Salesforce. */
    enum Direction {
        PULL,
        PUSH
    }

    /** Outcome of a decision. */
    enum Outcome {
        /** An event was recorded in the ledger. */
        RECORDED,
        /** A value was written to Salesforce. */
        WRITTEN,
        /** A resubscribe was requested; an admin decides. */
        ASKED,
        /** A rule of the ledger or Salesforce refused the change; the detail names the rule or the error code. */
        REFUSED,
        /**
         * Refused for the last time: the write is retried only after a change of the person or record, or on request.
         */
        SET_ASIDE,
        /** No change was needed. */
        NOTED
    }

    /**
     * Content of one line.
     *
     * @param ours subscription in the ledger; null if the record has no person
     * @param theirsOptedOut value of the opt-out field in Salesforce; null if the sync has never read it
     * @param detail rule or error code of a refusal
     */
    record Entry(
            @Nullable UUID run,
            Direction direction,
            @Nullable PersonId person,
            RecordType type,
            @Nullable String recordId,
            String field,
            @Nullable SubscriptionStatus ours,
            @Nullable Boolean theirsOptedOut,
            @Nullable Instant theirModstamp,
            Winner winner,
            Reason reason,
            Outcome outcome,
            @Nullable String detail) {}

    /** A stored line. Positions ascend. */
    record Line(long position, Instant at, Entry entry) {}

    void add(Collection<Entry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        var at = Timestamp.from(clock.instant());
        jdbc.batchUpdate(
                "INSERT INTO crm_journal (at, run_id, direction, person_id, object, record_id, field, ours, theirs,"
                        + " their_modstamp, winner, reason, outcome, detail)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                entries.stream().map(entry -> row(at, entry)).toList());
    }

    /** Returns the lines below a position, or from the end without one, the newest first. */
    List<Line> page(@Nullable Long below, @Nullable UUID person, @Nullable Winner winner, int limit) {
        var where = new StringBuilder("WHERE true");
        var arguments = new ArrayList<Object>();
        if (below != null) {
            where.append(" AND position < ?");
            arguments.add(below);
        }
        if (person != null) {
            where.append(" AND person_id = ?");
            arguments.add(person);
        }
        if (winner != null) {
            where.append(" AND winner = ?");
            arguments.add(winner.name());
        }
        arguments.add(limit);
        return jdbc.query(
                "SELECT * FROM crm_journal " + where + " ORDER BY position DESC LIMIT ?",
                (row, number) -> line(row),
                arguments.toArray());
    }

    private static Object[] row(Timestamp at, Entry entry) {
        return new Object[] {
            at,
            entry.run(),
            entry.direction().name(),
            entry.person() == null ? null : entry.person().value(),
            entry.type().name(),
            entry.recordId(),
            entry.field(),
            entry.ours() == null ? null : entry.ours().name(),
            entry.theirsOptedOut(),
            entry.theirModstamp() == null ? null : Timestamp.from(entry.theirModstamp()),
            entry.winner().name(),
            entry.reason().name(),
            entry.outcome().name(),
            entry.detail()
        };
    }

    private static Line line(ResultSet row) throws SQLException {
        var person = row.getObject("person_id", UUID.class);
        var ours = row.getString("ours");
        return new Line(
                row.getLong("position"),
                row.getTimestamp("at").toInstant(),
                new Entry(
                        row.getObject("run_id", UUID.class),
                        Direction.valueOf(row.getString("direction")),
                        person == null ? null : new PersonId(person),
                        RecordType.valueOf(row.getString("object")),
                        row.getString("record_id"),
                        row.getString("field"),
                        ours == null ? null : SubscriptionStatus.valueOf(ours),
                        row.getObject("theirs", Boolean.class),
                        SyncRecords.instant(row, "their_modstamp"),
                        Winner.valueOf(row.getString("winner")),
                        Reason.valueOf(row.getString("reason")),
                        Outcome.valueOf(row.getString("outcome")),
                        row.getString("detail")));
    }
}
