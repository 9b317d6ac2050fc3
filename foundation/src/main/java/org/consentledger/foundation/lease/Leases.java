package org.consentledger.foundation.lease;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The leases of all processes, in the table {@code lease}. Only the clock of the database counts, so clocks of
 * processes may differ.
 *
 * <p>A holder can be frozen for longer than its lease and go on later without knowing. So expiry alone protects
 * nothing: a transaction that must not happen twice has the condition {@link #IS_HELD}, or calls {@link #require}. The
 * holder's id is a new one for each acquisition and serves as the fencing token.
 *
 * <p>Thread-safe.
 */
public final class Leases {

    /**
     * An SQL condition with the parameters name and holder: the lease is not lost. It locks the row of the lease, so
     * that nobody takes over before the current transaction ends.
     */
    public static final String IS_HELD = "EXISTS (SELECT FROM lease WHERE name = ? AND holder = ? FOR UPDATE)";

    private static final Duration ABANDONED_AFTER = Duration.ofDays(1);

    private final JdbcTemplate jdbc;

    public Leases(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * One acquisition of a lease.
     *
     * @param holder identifies the acquisition; no two have the same
     */
    public record Lease(String name, UUID holder) {}

    /** Returns an SQL condition: the name, an SQL expression, is under no valid lease. */
    public static String whereFree(String name) {
        return "NOT EXISTS (SELECT FROM lease WHERE lease.name = " + name + " AND lease.expires_at > now())";
    }

    /** Returns whether a name is under no valid lease. */
    public boolean isFree(String name) {
        return Boolean.TRUE.equals(jdbc.queryForObject("SELECT " + whereFree("?"), Boolean.class, name));
    }

    /** Acquires a lease unless a valid one exists. */
    public Optional<Lease> acquire(String name, Duration duration) {
        var lease = new Lease(name, UUID.randomUUID());
        var acquired = jdbc.update(
                "INSERT INTO lease AS present (name, holder, expires_at)"
                        + " VALUES (?, ?, now() + make_interval(secs => ?)) ON CONFLICT (name) DO UPDATE"
                        + " SET holder = excluded.holder, expires_at = excluded.expires_at"
                        + " WHERE present.expires_at <= now()",
                name,
                lease.holder(),
                seconds(duration));
        return acquired == 1 ? Optional.of(lease) : Optional.empty();
    }

    /** Prolongs a lease. Returns false if it is lost; an expired lease that nobody has acquired isn't lost. */
    public boolean renew(Lease lease, Duration duration) {
        return jdbc.update(
                        "UPDATE lease SET expires_at = now() + make_interval(secs => ?) WHERE name = ? AND holder = ?",
                        seconds(duration),
                        lease.name(),
                        lease.holder())
                == 1;
    }

    /** Gives a lease up, if it isn't lost. Any process may acquire the name at once. */
    public void release(Lease lease) {
        jdbc.update("DELETE FROM lease WHERE name = ? AND holder = ?", lease.name(), lease.holder());
    }

    /**
     * Makes sure that the lease is not lost until the current transaction ends. MUST be called within a transaction,
     * which MUST be short: the lease can't be renewed meanwhile.
     *
     * @throws LeaseLostException if the lease is lost; the transaction MUST be rolled back
     */
    public void require(Lease lease) {
        if (!Boolean.TRUE.equals(
                jdbc.queryForObject("SELECT " + IS_HELD, Boolean.class, lease.name(), lease.holder()))) {
            throw new LeaseLostException(lease.name());
        }
    }

    /** Deletes leases that expired long ago: their processes died between the end of the work and the release. */
    void deleteAbandoned() {
        jdbc.update("DELETE FROM lease WHERE expires_at < now() - make_interval(secs => ?)", seconds(ABANDONED_AFTER));
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
