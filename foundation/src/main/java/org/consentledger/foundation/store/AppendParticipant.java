package org.consentledger.foundation.store;

import java.util.List;
import org.axonframework.eventhandling.EventMessage;

/**
 * Maintains data that is derived from the events, in the transaction that appends them. Example: a table of unique
 * e-mail addresses, whose unique index then rejects the append of a duplicate.
 *
 * <p>Participants are Spring beans. {@link LedgerEngine} calls all of them at each append, in bean order.
 */
public interface AppendParticipant {

    /**
     * Called before the events are inserted, once per append, on the appending thread.
     *
     * <p>An implementation MUST use the connection that Spring has bound to this thread, and MUST NOT commit, roll back
     * or start another transaction. It MUST NOT append events. It MUST tolerate concurrent calls from other threads:
     * the append lock is taken only after all participants have returned, so their work doesn't hold up other writers.
     *
     * <p>An implementation MAY throw. Every exception rolls the append back. A violated unique key, a changed row, a
     * deadlock or a person's destroyed key reaches the caller of the append as Axon's {@code ConcurrencyException},
     * which callers MAY retry. A lock that another writer holds for too long becomes a
     * {@code TransientDataAccessResourceException}, any other {@code DataAccessException} an
     * {@code EventStoreException}. All other exceptions are rethrown as they are.
     *
     * @param events the events that are about to be inserted, in their order; never empty
     */
    void beforeAppend(List<? extends EventMessage<?>> events);
}
