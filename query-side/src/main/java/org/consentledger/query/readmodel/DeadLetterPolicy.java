package org.consentledger.query.readmodel;

import com.mongodb.MongoException;
import java.sql.SQLException;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.messaging.deadletter.DeadLetter;
import org.axonframework.messaging.deadletter.Decisions;
import org.axonframework.messaging.deadletter.EnqueueDecision;
import org.axonframework.messaging.deadletter.EnqueuePolicy;
import org.axonframework.messaging.deadletter.ThrowableCause;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Decides between retry and dead letter for an event that a read model fails to fold.
 *
 * <p>If a store can't be reached, the batch is retried as a whole. Any other failure concerns this event alone: it
 * becomes a dead letter, and so do all later events of the same person until the retry succeeds. A dead letter is
 * encrypted like the event itself. Of the failure only the type is stored, as messages may quote personal data.
 */
final class DeadLetterPolicy implements EnqueuePolicy<EventMessage<?>> {

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterPolicy.class);

    private final String model;

    DeadLetterPolicy(String model) {
        this.model = model;
    }

    @Override
    public EnqueueDecision<EventMessage<?>> decide(DeadLetter<? extends EventMessage<?>> letter, Throwable cause) {
        if (isOutage(cause)) {
            throw new OutageException(cause);
        }
        LOG.error(
                "{} can't fold event {}: {}",
                model,
                letter.message().getIdentifier(),
                cause.getClass().getName());
        return Decisions.enqueue(causeOf(cause));
    }

    static ThrowableCause causeOf(Throwable cause) {
        return new ThrowableCause(cause.getClass().getName(), "");
    }

    /** Tells whether a store could not be reached, so that a retry of the same event may succeed. */
    static boolean isOutage(Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof DataAccessException
                    || cause instanceof TransactionException
                    || cause instanceof SQLException
                    || cause instanceof MongoException
                    || cause instanceof InterruptedException) {
                return true;
            }
        }
        return false;
    }

    /** Makes Axon retry the batch until the store is back. */
    static final class OutageException extends RuntimeException {
        OutageException(Throwable cause) {
            super("A store can't be reached", cause);
        }
    }
}
