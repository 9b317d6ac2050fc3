package org.consentledger.command.crm;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.axonframework.messaging.Message;
import org.consentledger.foundation.store.LedgerEngine;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonId;

/** Where people stand, by their events as the transaction at hand sees them; read with one query. */
final class Standings {

    private final LedgerEngine engine;

    Standings(LedgerEngine engine) {
        this.engine = engine;
    }

    Map<PersonId, Standing> of(Collection<PersonId> people) {
        var standings = new HashMap<PersonId, Standing>();
        if (!people.isEmpty()) {
            engine.readEvents(people.stream().map(PersonId::toString).distinct().toList())
                    .forEach((id, history) -> standings.put(
                            PersonId.of(id),
                            history.stream()
                                    .map(Message::getPayload)
                                    .map(PersonEvent.class::cast)
                                    .reduce(Standing.NOBODY, Standing::evolve, (first, second) -> second)));
        }
        return standings;
    }
}
