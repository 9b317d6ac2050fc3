package org.consentledger.foundation.store;

import java.util.List;
import org.axonframework.eventhandling.EventMessage;

/** Keeps something that is derived from the events in the very transaction that records them. */
public interface AppendParticipant {

    /** Called before the events are inserted, with the same connection bound to the thread. An exception undoes all. */
    void beforeAppend(List<? extends EventMessage<?>> events);
}
