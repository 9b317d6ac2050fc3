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

/** What the sync decided, and what came of it: rows that are only ever added. Ids and codes, no personal data. */
@Component
class SyncJournal {

    private final JdbcTemplate jdbc;
    private final Clock clock;

    SyncJournal(JdbcTemplate jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** From whom to whom a value goes. */
    enum Direction {
        PULL,
        PUSH
    }

    /** What came of a decision. */
    enum Outcome {
        /** A fact here. */
        RECORDED,
        /** A value there. */
        WRITTEN,
        /** An admin is asked. */
        ASKED,
        /** One side said no; the detail says why. */
        REFUSED,
        /** Refused so often that it is not tried again before something changes or somebody asks for it. */
        SET_ASIDE,
        /** Nothing was to be done. */
        NOTED
    }

    /**
     * One line.
     *
     * @param ours what we said; none where there is nobody
     * @param theirsOptedOut what they said; none where we never saw it
     * @param detail the rule or the error code by which it was refused
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

    /** A line that was written, with its place. */
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

    /** Lines below a position, the newest first. */
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
