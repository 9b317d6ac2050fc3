package org.consentledger.command.crm;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.messaging.Message;
import org.axonframework.serialization.SerializationException;
import org.consentledger.foundation.store.LedgerEngine;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Reads the state of people from their events, with one query in the current transaction. A person whose events can't
 * be read, for example because of a damaged key, is missing in the result: the log names the person, and the sync
 * continues with all others.
 */
final class SyncedPersonReader {

    private static final Logger LOG = LoggerFactory.getLogger(SyncedPersonReader.class);

    private final LedgerEngine engine;

    SyncedPersonReader(LedgerEngine engine) {
        this.engine = engine;
    }

    Map<PersonId, SyncedPerson> read(Collection<PersonId> people) {
        var found = new HashMap<PersonId, SyncedPerson>();
        if (people.isEmpty()) {
            return found;
        }
        var histories = engine.readEvents(
                people.stream().map(PersonId::toString).distinct().toList());
        histories.forEach((id, history) -> {
            try {
                found.put(PersonId.of(id), fold(history));
            } catch (SerializationException unreadable) {
                if (isOutage(unreadable)) {
                    throw unreadable;
                }
                LOG.error("The events of person {} can't be read; the sync skips their Salesforce records", id);
            }
        });
        return found;
    }

    private static SyncedPerson fold(List<DomainEventMessage<?>> history) {
        return history.stream()
                .map(Message::getPayload)
                .map(PersonEvent.class::cast)
                .reduce(SyncedPerson.EMPTY, SyncedPerson::evolve, (first, second) -> second);
    }

    private static boolean isOutage(Throwable failure) {
        return Stream.<Throwable>iterate(failure, cause -> cause != null, Throwable::getCause)
                .anyMatch(DataAccessException.class::isInstance);
    }
}
