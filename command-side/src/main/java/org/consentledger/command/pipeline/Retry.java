package org.consentledger.command.pipeline;

import java.sql.SQLException;
import java.util.function.Supplier;
import org.axonframework.modelling.command.ConcurrencyException;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.OptimisticLockingFailureException;

/** Repeats what has lost a race against another transaction. */
public final class Retry {

    /** Each conflict means that another transaction was committed, so the ledger as a whole makes progress. */
    private static final int ATTEMPTS = 20;

    private static final String LOCK_TIMEOUT = "55P03";

    private Retry() {}

    /**
     * Calls an attempt until it meets no conflict, but not for ever.
     *
     * @param attempt MUST leave nothing recorded when it throws a {@link ConcurrencyException} or a
     *     {@link ConcurrencyFailureException}
     * @throws OptimisticLockingFailureException if each attempt has met a conflict
     */
    public static <T> T onConflict(Supplier<T> attempt) {
        return onConflict(ATTEMPTS, attempt);
    }

    /**
     * As {@link #onConflict(Supplier)}, with another number of attempts.
     *
     * @throws OptimisticLockingFailureException as there
     */
    public static <T> T onConflict(int attempts, Supplier<T> attempt) {
        RuntimeException last = new ConcurrencyException("not tried");
        for (int number = 0; number < attempts; number++) {
            try {
                return attempt.get();
            } catch (ConcurrencyException overtaken) {
                last = overtaken;
            } catch (ConcurrencyFailureException overtaken) {
                if (isLockTimeout(overtaken)) {
                    throw overtaken; // Its sender has waited long enough
                }
                last = overtaken;
            }
        }
        throw new OptimisticLockingFailureException("Conflicts with other writers " + attempts + " times", last);
    }

    private static boolean isLockTimeout(ConcurrencyFailureException failure) {
        return failure.getMostSpecificCause() instanceof SQLException database
                && LOCK_TIMEOUT.equals(database.getSQLState());
    }
}
