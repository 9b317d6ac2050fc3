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
import org.consentledger.foundation.privacy.KeySettings;
import org.consentledger.kernel.provenance.Actor;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.stereotype.Component;

/**
 * Stores jobs in PostgreSQL. A runner holds a job by a lease, which it renews. It can record progress only while it
 * holds the lease, so a runner that was taken for dead can't interfere with its successor.
 */
@Component
public class JobStore {

    private static final String COLUMNS = "id, kind, status, dry_run, total, processed, changed, unchanged, failed,"
            + " ignored_columns, actor_id, actor_name, actor_roles, correlation_id, created_at, ended_at";
    private static final RowMapper<Job> JOB = (row, number) -> job(row);
    private static final String REQUEST = "request";
    private static final int FAILURES_AT_ONCE = 1000;

    /** The runner has lost its lease on the job. */
    static final class LeaseLostException extends RuntimeException {
        LeaseLostException() {
            super("Another process has taken the job on", null, false, false);
        }
    }

    /** A job under a new lease, with the number of attempts since its last committed chunk. */
    record Claim(Job job, int attempts) {}

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

    /** Claims the oldest queued job that is under no valid lease. */
    Optional<Claim> claim(String runner, Duration lease) {
        return jdbc
                .query(
                        "UPDATE job SET status = 'RUNNING', runner = ?, attempts = attempts + 1,"
                                + " lease_until = now() + make_interval(secs => ?)"
                                + " WHERE id = (SELECT id FROM job WHERE ended_at IS NULL"
                                + " AND (lease_until IS NULL OR lease_until < now())"
                                + " ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED)"
                                + " RETURNING " + COLUMNS + ", attempts",
                        (row, number) -> new Claim(job(row), row.getInt("attempts")),
                        runner,
                        seconds(lease))
                .stream()
                .findFirst();
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
            throw new LeaseLostException();
        }
        return order.getFirst();
    }

    /** Renews a lease. Returns false if the lease is lost or the job is to be cancelled. */
    boolean renew(UUID job, String runner, Duration lease) {
        return !jdbc.queryForList(
                        "UPDATE job SET lease_until = now() + make_interval(secs => ?)"
                                + " WHERE id = ? AND runner = ? AND ended_at IS NULL AND NOT cancel_requested"
                                + " RETURNING id",
                        UUID.class,
                        seconds(lease),
                        job,
                        runner)
                .isEmpty();
    }

    /** Releases an unfinished job; any process may claim it after the pause. */
    void release(UUID job, String runner, Duration pause) {
        jdbc.update(
                "UPDATE job SET runner = NULL, lease_until = now() + make_interval(secs => ?)"
                        + " WHERE id = ? AND runner = ? AND ended_at IS NULL",
                seconds(pause),
                job,
                runner);
    }

    /**
     * Records the results of a chunk, in the chunk's transaction.
     *
     * @throws LeaseLostException if the lease is lost; the transaction MUST be rolled back
     */
    void record(UUID job, String runner, List<ItemResult> results) {
        long changed = results.stream().filter(Changed.class::isInstance).count();
        long unchanged = results.stream().filter(Unchanged.class::isInstance).count();
        long failed = results.size() - changed - unchanged;
        var processed = jdbc.queryForList(
                "UPDATE job SET processed = processed + ?, changed = changed + ?, unchanged = unchanged + ?,"
                        + " failed = failed + ?, attempts = 0 WHERE id = ? AND runner = ? AND ended_at IS NULL"
                        + " RETURNING processed",
                Long.class,
                results.size(),
                changed,
                unchanged,
                failed,
                job,
                runner);
        if (processed.isEmpty()) {
            throw new LeaseLostException();
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
    void end(UUID job, String runner, JobStatus status) {
        var ended = jdbc.update(
                "UPDATE job SET status = ?, ended_at = ?, runner = NULL, lease_until = NULL, wrapped_key = NULL,"
                        + " request = NULL WHERE id = ? AND runner = ? AND ended_at IS NULL",
                status.name(),
                Timestamp.from(clock.instant()),
                job,
                runner);
        if (ended == 1) {
            forget(job);
        }
    }

    /**
     * Cancels a job: at once if no runner has it, else after the current chunk. Recorded items stay recorded. MUST be
     * called within a transaction.
     */
    void cancel(UUID job) {
        jdbc.update("UPDATE job SET cancel_requested = true WHERE id = ? AND ended_at IS NULL", job);
        var ended = jdbc.update(
                "UPDATE job SET status = 'CANCELLED', ended_at = ?, wrapped_key = NULL, request = NULL"
                        + " WHERE id = ? AND ended_at IS NULL AND runner IS NULL",
                Timestamp.from(clock.instant()),
                job);
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

    /**
     * Deletes jobs that ended longer than {@code age} ago, and Spring Batch's metadata that is as old. MUST be called
     * within a transaction.
     */
    void forgetEnded(Duration age) {
        jdbc.update(
                "DELETE FROM job_failure WHERE job_id IN (SELECT id FROM job WHERE ended_at < ?)",
                Timestamp.from(clock.instant().minus(age)));
        jdbc.update(
                "DELETE FROM job WHERE ended_at < ?",
                Timestamp.from(clock.instant().minus(age)));
        var executions = "(SELECT job_execution_id FROM batch_job_execution"
                + " WHERE coalesce(last_updated, create_time) < localtimestamp - make_interval(secs => ?))";
        var steps = "(SELECT step_execution_id FROM batch_step_execution WHERE job_execution_id IN " + executions + ")";
        for (var table : List.of(
                "batch_step_execution_context WHERE step_execution_id IN " + steps,
                "batch_step_execution WHERE job_execution_id IN " + executions,
                "batch_job_execution_context WHERE job_execution_id IN " + executions,
                "batch_job_execution_params WHERE job_execution_id IN " + executions)) {
            jdbc.update("DELETE FROM " + table, seconds(age));
        }
        var instances = jdbc.queryForList(
                "DELETE FROM batch_job_execution WHERE job_execution_id IN " + executions
                        + " RETURNING job_instance_id",
                Long.class,
                seconds(age));
        jdbc.update(
                "DELETE FROM batch_job_instance AS instance WHERE job_instance_id = ANY (?) AND NOT EXISTS (SELECT"
                        + " FROM batch_job_execution AS one WHERE one.job_instance_id = instance.job_instance_id)",
                (Object) instances.toArray(Long[]::new));
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
