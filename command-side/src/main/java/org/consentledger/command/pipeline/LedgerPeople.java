package org.consentledger.command.pipeline;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.consentledger.command.person.Person;
import org.consentledger.command.registers.Registers;
import org.consentledger.command.registers.Registers.LockedIdentities;
import org.consentledger.foundation.privacy.PersonKeys;
import org.consentledger.foundation.store.LedgerEngine;
import org.consentledger.kernel.person.AddressEvent;
import org.consentledger.kernel.person.PersonId;
import org.springframework.stereotype.Component;

/** The people of the ledger. */
@Component
public class LedgerPeople implements People {

    private final Registers registers;
    private final PersonStore store;
    private final LedgerEngine engine;
    private final PersonKeys keys;
    private final MailQueue mails;

    LedgerPeople(Registers registers, PersonStore store, LedgerEngine engine, PersonKeys keys, MailQueue mails) {
        this.registers = registers;
        this.store = store;
        this.engine = engine;
        this.keys = keys;
        this.mails = mails;
    }

    @Override
    public LockedIdentities lock(Set<String> keys) {
        return registers.lock(keys);
    }

    @Override
    public Map<PersonId, Person> load(Collection<PersonId> people, boolean withContact) {
        return store.load(people, withContact);
    }

    @Override
    public void append(Changes changes) {
        prepare(changes);
        var events = new ArrayList<EventMessage<?>>(changes.ofPeople());
        events.addAll(numbered(changes.ofAddresses()));
        if (!events.isEmpty()) {
            engine.appendEvents(events);
        }
    }

    /** Writes what must be there before the events: the keys of new people, and accepted e-mails. */
    void prepare(Changes changes) {
        var registered = changes.registered();
        if (!registered.isEmpty()) {
            keys.create(registered);
            keys.prefetch(registered);
        }
        changes.mails().forEach(mail -> mails.put(mail.command(), mail.to(), mail.correlationId()));
    }

    /** The stream of an address is named by its keyed hash. An address that has a holder may have had events before. */
    private List<GenericDomainEventMessage<AddressEvent>> numbered(List<EventMessage<AddressEvent>> events) {
        var last = engine.lastSequenceNumbersFor(events.stream()
                .map(event -> event.getPayload().address().value())
                .toList());
        return events.stream()
                .map(event -> {
                    var stream = event.getPayload().address().value();
                    return new GenericDomainEventMessage<>(
                            "Address", stream, last.getOrDefault(stream, -1L) + 1, event, event.getTimestamp());
                })
                .toList();
    }
}
