package org.consentledger.command.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import org.axonframework.modelling.command.ConcurrencyException;
import org.junit.jupiter.api.Test;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.OptimisticLockingFailureException;

class RetryTest {

    private final AtomicInteger attempts = new AtomicInteger();

    @Test
    void repeats_an_attempt_that_lost_a_race_or_a_deadlock() {
        assertThat(Retry.onConflict(() -> switch (attempts.incrementAndGet()) {
                    case 1 -> throw new ConcurrencyException("another writer was first");
                    case 2 -> throw locked("40P01");
                    default -> "done";
                }))
                .isEqualTo("done");
    }

    @Test
    void gives_up_after_a_number_of_conflicts() {
        assertThatThrownBy(() -> Retry.onConflict(5, () -> {
                    attempts.incrementAndGet();
                    throw new ConcurrencyException("another writer was first");
                }))
                .isInstanceOf(OptimisticLockingFailureException.class);
        assertThat(attempts).hasValue(5);
    }

    @Test
    void does_not_wait_again_for_a_lock_that_another_process_holds_too_long() {
        assertThatThrownBy(() -> Retry.onConflict(() -> {
                    attempts.incrementAndGet();
                    throw locked("55P03");
                }))
                .isInstanceOf(CannotAcquireLockException.class);
        assertThat(attempts).hasValue(1);
    }

    private static CannotAcquireLockException locked(String sqlState) {
        return new CannotAcquireLockException("lock", new SQLException("as planned", sqlState));
    }
}
