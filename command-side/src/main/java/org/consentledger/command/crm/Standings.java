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
 * Where people stand, by their events as the transaction at hand sees them; read with one query. Somebody whose events
 * can't be read, as with a damaged key, is missing, is told of in the log, and doesn't stop the sync of all others.
 */
final class Standings {

    private static final Logger LOG = LoggerFactory.getLogger(Standings.class);

    private final LedgerEngine engine;

    Standings(LedgerEngine engine) {
        this.engine = engine;
    }

    Map<PersonId, Standing> of(Collection<PersonId> people) {
        var standings = new HashMap<PersonId, Standing>();
        if (people.isEmpty()) {
            return standings;
        }
        var histories = engine.readEvents(
                people.stream().map(PersonId::toString).distinct().toList());
        histories.forEach((id, history) -> {
            try {
                standings.put(PersonId.of(id), fold(history));
            } catch (SerializationException unreadable) {
                if (isOutage(unreadable)) {
                    throw unreadable;
                }
                LOG.error("The events of person {} can't be read; their Salesforce records are left alone", id);
            }
        });
        return standings;
    }

    private static Standing fold(List<DomainEventMessage<?>> history) {
        return history.stream()
                .map(Message::getPayload)
                .map(PersonEvent.class::cast)
                .reduce(Standing.NOBODY, Standing::evolve, (first, second) -> second);
    }

    private static boolean isOutage(Throwable failure) {
        return Stream.<Throwable>iterate(failure, cause -> cause != null, Throwable::getCause)
                .anyMatch(DataAccessException.class::isInstance);
    }
}
