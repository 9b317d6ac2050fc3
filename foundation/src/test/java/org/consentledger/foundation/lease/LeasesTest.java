package org.consentledger.foundation.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.consentledger.foundation.lease.Leases.Lease;
import org.consentledger.foundation.store.PostgresForTests;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A name is held by one acquisition at a time, and who has lost it is told. */
class LeasesTest {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final String NAME = "job:1";

    private final DataSource dataSource = PostgresForTests.newLedger();
    private final JdbcTemplate jdbc = new JdbcTemplate(dataSource);
    private final TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
    private final Leases leases = new Leases(jdbc);

    @Test
    void a_held_name_can_not_be_acquired_until_it_is_released() {
        var lease = acquired();

        assertThat(leases.acquire(NAME, LONG)).isEmpty();
        assertThat(leases.acquire("job:2", LONG)).isPresent();

        leases.release(lease);
        assertThat(leases.acquire(NAME, LONG)).isPresent();
    }

    @Test
    void of_many_that_acquire_a_name_at_once_one_gets_it() {
        for (int round = 0; round < 20; round++) {
            var name = "round:" + round;
            var all = IntStream.range(0, 8)
                    .mapToObj(number -> CompletableFuture.supplyAsync(() -> leases.acquire(name, LONG)))
                    .toList();
            assertThat(all.stream().map(CompletableFuture::join).filter(Optional::isPresent))
                    .hasSize(1);
        }
    }

    @Test
    void an_expired_lease_is_taken_over_and_its_former_holder_can_neither_renew_release_nor_write() {
        var frozen = acquired();
        expire();
        var successor = acquired();

        assertThat(leases.renew(frozen, LONG)).isFalse();
        leases.release(frozen);
        assertThatThrownBy(() -> require(frozen)).isInstanceOf(LeaseLostException.class);

        assertThat(leases.renew(successor, LONG)).isTrue();
        assertThatCode(() -> require(successor)).doesNotThrowAnyException();
    }

    @Test
    void an_expired_lease_that_nobody_has_taken_over_can_be_renewed() {
        var lease = acquired();
        expire();

        assertThat(leases.renew(lease, LONG)).isTrue();
        assertThat(leases.acquire(NAME, LONG)).isEmpty();
    }

    @Test
    void a_renewed_lease_expires_later() {
        var lease = leases.acquire(NAME, Duration.ofMillis(200)).orElseThrow();
        leases.renew(lease, LONG);

        assertThat(jdbc.queryForObject("SELECT expires_at > now() + interval '30 seconds' FROM lease", Boolean.class))
                .isTrue();
    }

    /** Otherwise a successor could begin between the check and the commit. */
    @Test
    void nobody_takes_over_while_a_transaction_relies_on_the_lease() {
        var lease = acquired();
        expire();

        var successor = transaction.execute(status -> {
            leases.require(lease);
            var taking = CompletableFuture.supplyAsync(() -> leases.acquire(NAME, LONG));
            await().until(() -> Boolean.TRUE.equals(jdbc.queryForObject(
                    "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
                            + " AND wait_event_type = 'Lock' AND query LIKE 'INSERT INTO lease%')",
                    Boolean.class)));
            assertThat(taking).isNotDone();
            return taking;
        });

        assertThat(successor.join()).isPresent();
    }

    @Test
    void a_query_leaves_out_the_names_under_a_valid_lease_only() {
        leases.acquire("job:1", LONG);
        leases.acquire("job:2", LONG);
        jdbc.update("UPDATE lease SET expires_at = now() WHERE name = 'job:2'");

        assertThat(leases.isFree("job:1")).isFalse();
        assertThat(leases.isFree("job:2")).isTrue();

        assertThat(jdbc.queryForList(
                        "SELECT id FROM generate_series(1, 3) AS id WHERE " + Leases.whereFree("'job:' || id"),
                        Integer.class))
                .containsExactly(2, 3);
    }

    @Test
    void a_lease_that_a_dead_process_left_behind_is_deleted_after_a_day() {
        acquired();
        expire();
        leases.deleteAbandoned();
        assertThat(jdbc.queryForList("SELECT name FROM lease", String.class)).containsExactly(NAME);

        jdbc.update("UPDATE lease SET expires_at = now() - interval '25 hours'");
        leases.deleteAbandoned();
        assertThat(jdbc.queryForList("SELECT name FROM lease", String.class)).isEmpty();
    }

    private Lease acquired() {
        return leases.acquire(NAME, LONG).orElseThrow();
    }

    private void expire() {
        jdbc.update("UPDATE lease SET expires_at = now()");
    }

    private void require(Lease lease) {
        transaction.executeWithoutResult(status -> leases.require(lease));
    }
}
