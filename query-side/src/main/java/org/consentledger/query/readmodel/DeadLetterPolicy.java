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
 * What becomes of a fact that a read model can't take in. If a store can't be reached, the batch is tried again as a
 * whole; anything else is a matter of this fact alone, so it is put aside, and with it all later facts of the same
 * person, until it can be taken in. What is put aside is encrypted like the event itself, and of the failure only its
 * type is kept, as messages may quote personal data.
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
                "{} can't take in event {}: {}",
                model,
                letter.message().getIdentifier(),
                cause.getClass().getName());
        return Decisions.enqueue(causeOf(cause));
    }

    static ThrowableCause causeOf(Throwable cause) {
        return new ThrowableCause(cause.getClass().getName(), "");
    }

    /** Whether it is the fault of a store that can't be reached, and so will pass. */
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

    /** A batch has to wait until a store is back. */
    static final class OutageException extends RuntimeException {
        OutageException(Throwable cause) {
            super("A store can't be reached", cause);
        }
    }
}
