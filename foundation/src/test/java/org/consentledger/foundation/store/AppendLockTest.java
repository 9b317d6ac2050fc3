package org.consentledger.foundation.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.consentledger.kernel.person.PersonEvent.PersonExported;
import org.consentledger.kernel.person.PersonId;
import org.junit.jupiter.api.Test;
import org.springframework.dao.TransientDataAccessResourceException;

/** Writers wait for each other at the append lock, but not for ever. */
class AppendLockTest {

    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

    private final DataSource impatient =
            PostgresForTests.unpooled(PostgresForTests.newDatabase() + "&options=-c%20lock_timeout=200ms");
    private final TestLedger ledger = new TestLedger(impatient, 1000);

    @Test
    void a_writer_that_waits_for_too_long_gets_a_transient_failure_and_records_nothing() throws Exception {
        var person = PersonId.random();
        try (var other = impatient.getConnection();
                var statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("SELECT pg_advisory_xact_lock(" + LedgerEngine.APPEND_LOCK + ")");

            assertThatThrownBy(() -> ledger.append(0, exported(person)))
                    .isInstanceOf(TransientDataAccessResourceException.class);
        }
        assertThat(ledger.readAfter(null)).isEmpty();

        ledger.append(0, exported(person));
        assertThat(ledger.readAfter(null)).hasSize(1);
    }

    @Test
    void the_time_that_writers_wait_is_a_metric() {
        var registry = new SimpleMeterRegistry();
        Metrics.addRegistry(registry);
        try {
            ledger.append(0, exported(PersonId.random()));

            var waits = registry.get("ledger.append.lock.wait").timer();
            assertThat(waits.count()).isEqualTo(1);
            assertThat(waits.totalTime(TimeUnit.NANOSECONDS)).isPositive();
        } finally {
            Metrics.removeRegistry(registry);
        }
    }

    private static PersonExported exported(PersonId person) {
        return new PersonExported(person, UUID.randomUUID(), NOON);
    }
}
