package org.consentledger.command.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.consentledger.command.jobs.ItemResult.Changed;
import org.consentledger.command.jobs.ItemResult.Failed;
import org.consentledger.command.jobs.ItemResult.Unchanged;
import org.consentledger.foundation.lease.LeaseLostException;
import org.consentledger.foundation.lease.Leases;
import org.consentledger.foundation.lease.Leases.Lease;
import org.consentledger.foundation.privacy.KeySettings;
import org.consentledger.kernel.provenance.Actor;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.stereotype.Component;

/**
 * Stores jobs in PostgreSQL. Progress can be recorded only under the lease of the job, so a process that was taken for
 * dead can't interfere with its successor.
 */
@Component
public class JobStore {

    private static final String COLUMNS = "id, kind, status, dry_run, total, processed, changed, unchanged, failed,"
            + " ignored_columns, actor_id, actor_name, actor_roles, correlation_id, created_at, ended_at";
    private static final RowMapper<Job> JOB = (row, number) -> job(row);
    private static final String REQUEST = "request";
    private static final String LEASE_PREFIX = "job:";

    /** The name of a job's lease, in SQL. */
    private static final String LEASE = "'" + LEASE_PREFIX + "' || job.id";

    private static final int FAILURES_AT_ONCE = 1000;

    /** A job that an attempt has begun, with the number of attempts since its last committed chunk. */
    record Begun(Job job, int attempts) {}

    /** The work of a job, and the key to its file. */
    record Order(JobKey key, String request) {}

    private final JdbcTemplate jdbc;
    private final KeySettings keys;
    private final Clock clock;

    JobStore(JdbcTemplate jdbc, KeySettings keys, Clock clock) {
        this.jdbc = jdbc;
        this.keys = keys;
        this.clock = clock;
    }

    /** Queues a job, in the current transaction. */
    public void add(NewJob job) {
        var provenance = job.provenance();
        jdbc.update(
                "INSERT INTO job (id, kind, status, dry_run, total, ignored_columns, actor_id, actor_name, actor_roles,"
                        + " correlation_id, wrapped_key, request, created_at)"
                        + " VALUES (?, ?, 'QUEUED', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                job.id(),
                job.kind().name(),
                job.dryRun(),
                job.total(),
                job.ignoredColumns() == null ? null : job.ignoredColumns().toArray(String[]::new),
                provenance.actor().id(),
                provenance.actor().name(),
                String.join(",", provenance.actor().roles()),
                provenance.correlationId(),
                job.key().wrapped(),
                job.key().seal(REQUEST, job.request().getBytes(UTF_8)),
                Timestamp.from(clock.instant()));
    }

    /** Sets the number of items, where it is known only after the items are stored. */
    public void setTotal(UUID job, long total) {
        jdbc.update("UPDATE job SET total = ? WHERE id = ?", total, job);
    }

    Optional<Job> find(JobKind kind, UUID id) {
        return jdbc.query("SELECT " + COLUMNS + " FROM job WHERE kind = ? AND id = ?", JOB, kind.name(), id).stream()
                .findFirst();
    }

    /**
     * Returns the newest jobs first.
     *
     * @param after only jobs that are older than this one, if given
     */
    List<Job> newest(@Nullable UUID after, int most) {
        return after == null
                ? jdbc.query("SELECT " + COLUMNS + " FROM job ORDER BY created_at DESC, id DESC LIMIT ?", JOB, most)
                : jdbc.query(
                        "SELECT " + COLUMNS + " FROM job WHERE (created_at, id) <"
                                + " (SELECT created_at, id FROM job WHERE id = ?)"
                                + " ORDER BY created_at DESC, id DESC LIMIT ?",
                        JOB,
                        after,
                        most);
    }

    /** Returns the names of the leases of the oldest jobs that are due and not being worked on. */
    List<String> due(int most) {
        return jdbc.queryForList(
                "SELECT " + LEASE + " FROM job WHERE ended_at IS NULL AND next_attempt_at <= now() AND "
                        + Leases.whereFree(LEASE) + " ORDER BY created_at LIMIT ?",
                String.class,
                most);
    }

    /** Begins an attempt at the job of a lease. Returns empty if the job is no longer due, or the lease is lost. */
    Optional<Begun> begin(Lease lease) {
        return jdbc
                .query(
                        "UPDATE job SET status = 'RUNNING', attempts = attempts + 1 WHERE id = ? AND ended_at IS NULL"
                                + " AND next_attempt_at <= now() AND " + Leases.IS_HELD + " RETURNING " + COLUMNS
                                + ", attempts",
                        (row, number) -> new Begun(job(row), row.getInt("attempts")),
                        jobOf(lease),
                        lease.name(),
                        lease.holder())
                .stream()
                .findFirst();
    }

    private static UUID jobOf(Lease lease) {
        return UUID.fromString(lease.name().substring(LEASE_PREFIX.length()));
    }

    /** Returns the work of a job that has not ended. */
    Order order(UUID job) {
        var order = jdbc.query(
                "SELECT wrapped_key, request FROM job WHERE id = ? AND ended_at IS NULL",
                (row, number) -> {
                    var key = JobKey.unwrap(job, row.getBytes(1), keys);
                    return new Order(key, new String(key.open(REQUEST, row.getBytes(2)), UTF_8));
                },
                job);
        if (order.isEmpty()) {
            throw new LeaseLostException(LEASE_PREFIX + job);
        }
        return order.getFirst();
    }

    /** Lets an unfinished job rest until the pause is over. */
    void postpone(Lease lease, Duration pause) {
        jdbc.update(
                "UPDATE job SET next_attempt_at = now() + make_interval(secs => ?) WHERE id = ? AND ended_at IS NULL AND "
                        + Leases.IS_HELD,
                seconds(pause),
                jobOf(lease),
                lease.name(),
                lease.holder());
    }

    /**
     * Records the results of a chunk, in the chunk's transaction.
     *
     * @throws LeaseLostException if the lease is lost; the transaction MUST be rolled back
     */
    void record(Lease lease, List<ItemResult> results) {
        var job = jobOf(lease);
        long changed = results.stream().filter(Changed.class::isInstance).count();
        long unchanged = results.stream().filter(Unchanged.class::isInstance).count();
        long failed = results.size() - changed - unchanged;
        var processed = jdbc.queryForList(
                "UPDATE job SET processed = processed + ?, changed = changed + ?, unchanged = unchanged + ?,"
                        + " failed = failed + ?, attempts = 0 WHERE id = ? AND ended_at IS NULL AND " + Leases.IS_HELD
                        + " RETURNING processed",
                Long.class,
                results.size(),
                changed,
                unchanged,
                failed,
                job,
                lease.name(),
                lease.holder());
        if (processed.isEmpty()) {
            throw new LeaseLostException(lease.name());
        }
        var first = processed.getFirst() - results.size();
        var rows = new ArrayList<Object[]>();
        for (var index = 0; index < results.size(); index++) {
            if (results.get(index) instanceof Failed failure) {
                rows.add(new Object[] {
                    job, first + index, failure.line(), failure.column(), failure.person(), failure.reason()
                });
            }
        }
        if (!rows.isEmpty()) {
            jdbc.batchUpdate(
                    "INSERT INTO job_failure (job_id, item, line, column_name, person_id, reason)"
                            + " VALUES (?, ?, ?, ?, ?, ?)",
                    rows);
        }
    }

    /** Returns the number of items that have a result. */
    long processed(UUID job) {
        var processed = jdbc.queryForObject("SELECT processed FROM job WHERE id = ?", Long.class, job);
        return processed == null ? 0 : processed;
    }

    boolean isCancelRequested(UUID job) {
        return Boolean.TRUE.equals(
                jdbc.queryForObject("SELECT cancel_requested FROM job WHERE id = ?", Boolean.class, job));
    }

    /** Ends a job and deletes its request, file and key. MUST be called within a transaction. */
    void end(Lease lease, JobStatus status) {
        var job = jobOf(lease);
        var ended = jdbc.update(
                "UPDATE job SET status = ?, ended_at = ?, wrapped_key = NULL, request = NULL"
                        + " WHERE id = ? AND ended_at IS NULL AND " + Leases.IS_HELD,
                status.name(),
                Timestamp.from(clock.instant()),
                job,
                lease.name(),
                lease.holder());
        if (ended == 1) {
            forget(job);
        }
    }

    /**
     * Cancels a job: at once if no process works on it, else after the current chunk. Recorded items stay recorded.
     * MUST be called within a transaction.
     */
    void cancel(UUID job) {
        jdbc.update("UPDATE job SET cancel_requested = true WHERE id = ? AND ended_at IS NULL", job);
        var ended = jdbc.update(
                "UPDATE job SET status = 'CANCELLED', ended_at = ?, wrapped_key = NULL, request = NULL"
                        + " WHERE id = ? AND ended_at IS NULL AND NOT EXISTS (SELECT FROM lease WHERE name = ?)",
                Timestamp.from(clock.instant()),
                job,
                LEASE_PREFIX + job);
        if (ended == 1) {
            forget(job);
        }
    }

    private void forget(UUID job) {
        jdbc.update("DELETE FROM job_file_piece WHERE job_id = ?", job);
        jdbc.update("DELETE FROM job_people WHERE job_id = ?", job);
        jdbc.update("DELETE FROM job_key WHERE job_id = ?", job);
        jdbc.update("DELETE FROM job_rehearsal WHERE job_id = ?", job);
    }

    /** Deletes files without a job, which interrupted uploads leave behind. */
    void forgetAbandonedUploads(Duration age) {
        jdbc.update(
                "DELETE FROM job_file_piece WHERE job_id IN (SELECT DISTINCT job_id FROM job_file_piece AS piece"
                        + " WHERE uploaded_at < now() - make_interval(secs => ?)"
                        + " AND NOT EXISTS (SELECT FROM job WHERE job.id = piece.job_id))",
                seconds(age));
    }

    /** Deletes jobs that ended longer than {@code age} ago. MUST be called within a transaction. */
    void forgetEnded(Duration age) {
        var before = Timestamp.from(clock.instant().minus(age));
        jdbc.update("DELETE FROM job_failure WHERE job_id IN (SELECT id FROM job WHERE ended_at < ?)", before);
        jdbc.update("DELETE FROM job WHERE ended_at < ?", before);
    }

    /** Passes the failed items to the consumer in their order, page by page. */
    void failures(UUID job, Consumer<Failed> each) {
        var last = -1L;
        while (true) {
            var page = jdbc.query(
                    "SELECT item, line, column_name, person_id, reason FROM job_failure"
                            + " WHERE job_id = ? AND item > ? ORDER BY item LIMIT ?",
                    (row, number) -> {
                        each.accept(new Failed(
                                row.getObject("line", Long.class),
                                row.getString("column_name"),
                                row.getObject("person_id", UUID.class),
                                row.getString("reason")));
                        return row.getLong("item");
                    },
                    job,
                    last,
                    FAILURES_AT_ONCE);
            if (page.size() < FAILURES_AT_ONCE) {
                return;
            }
            last = page.getLast();
        }
    }

    private static Job job(ResultSet row) throws SQLException {
        var roles = row.getString("actor_roles");
        return new Job(
                row.getObject("id", UUID.class),
                JobKind.valueOf(row.getString("kind")),
                JobStatus.valueOf(row.getString("status")),
                row.getBoolean("dry_run"),
                row.getLong("total"),
                row.getLong("processed"),
                row.getLong("changed"),
                row.getLong("unchanged"),
                row.getLong("failed"),
                texts(row, "ignored_columns"),
                new Actor(
                        row.getString("actor_id"),
                        row.getString("actor_name"),
                        roles.isEmpty() ? List.of() : List.of(roles.split(",", -1))),
                row.getString("correlation_id"),
                row.getTimestamp("created_at").toInstant(),
                row.getTimestamp("ended_at") == null
                        ? null
                        : row.getTimestamp("ended_at").toInstant());
    }

    private static @Nullable List<String> texts(ResultSet row, String column) throws SQLException {
        var array = row.getArray(column);
        return array == null ? null : Arrays.asList((String[]) array.getArray());
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
