package org.consentledger.command.pipeline;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventhandling.GenericEventMessage;
import org.axonframework.messaging.Message;
import org.axonframework.messaging.MetaData;
import org.consentledger.command.person.Person;
import org.consentledger.command.registers.Registers.LockedIdentities;
import org.consentledger.kernel.person.AddressEvent;
import org.consentledger.kernel.person.CommandAnswer;
import org.consentledger.kernel.person.PersonCommand.SendEmail;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.provenance.Provenance;
import org.jspecify.annotations.Nullable;

/** The people of one transaction, and the events that its decisions lead to. Not thread-safe. */
public final class Changes {

    private final LockedIdentities identities;
    private final Map<PersonId, Person> people;
    private final List<DomainEventMessage<PersonEvent>> ofPeople = new ArrayList<>();
    private final List<EventMessage<AddressEvent>> ofAddresses = new ArrayList<>();
    private final List<AcceptedMail> mails = new ArrayList<>();
    private final Map<Provenance, MetaData> metaData = new HashMap<>();

    /** An e-mail that may be sent to an address. */
    record AcceptedMail(SendEmail command, String to, String correlationId) {}

    Changes(LockedIdentities identities, Map<PersonId, Person> loaded) {
        this.identities = identities;
        this.people = new HashMap<>(loaded);
    }

    /** Returns the holders of the locked contact data after the events so far. */
    public LockedIdentities identities() {
        return identities;
    }

    /** Returns a person after the events so far. */
    public Person person(PersonId id) {
        return people.getOrDefault(id, Person.UNKNOWN);
    }

    /** Returns the people who have new events. */
    public Set<PersonId> changed() {
        var changed = new LinkedHashSet<PersonId>();
        ofPeople.forEach(event -> changed.add(event.getPayload().personId()));
        return changed;
    }

    /** Returns the new events of people, in the order of the decisions. */
    List<DomainEventMessage<PersonEvent>> ofPeople() {
        return ofPeople;
    }

    /** Returns the new events of addresses without a holder. */
    List<EventMessage<AddressEvent>> ofAddresses() {
        return ofAddresses;
    }

    /** Returns the people whose first event is among the new ones. */
    List<PersonId> registered() {
        return ofPeople.stream()
                .filter(event -> event.getSequenceNumber() == 0)
                .map(event -> event.getPayload().personId())
                .toList();
    }

    /** Returns the e-mails that were accepted. */
    List<AcceptedMail> mails() {
        return mails;
    }

    /** Begins the decisions of one request, which count only when they are kept. */
    Attempt attempt(Provenance provenance) {
        return new Attempt(metaData.computeIfAbsent(provenance, known -> MetaData.from(known.toMetaData())));
    }

    /** The decisions of one request. */
    final class Attempt {

        private final MetaData origin;
        private final Map<PersonId, Person> after = new HashMap<>();
        private final List<DomainEventMessage<PersonEvent>> personEvents = new ArrayList<>();
        private final List<EventMessage<AddressEvent>> addressEvents = new ArrayList<>();
        private final List<AcceptedMail> acceptedMails = new ArrayList<>();
        private @Nullable PersonId last;

        private Attempt(MetaData origin) {
            this.origin = origin;
        }

        LockedIdentities identities() {
            return identities;
        }

        Person person(PersonId id) {
            var person = after.get(id);
            return person == null ? Changes.this.person(id) : person;
        }

        /** Adds the events that a person has decided. */
        void add(PersonId id, Person decided, Collection<PersonEvent> events) {
            var person = decided;
            for (var event : events) {
                personEvents.add(
                        new GenericDomainEventMessage<>("Person", id.toString(), person.version(), event, origin));
                person = person.evolve(event);
            }
            after.put(id, person);
            last = id;
        }

        void add(AcceptedMail mail) {
            acceptedMails.add(mail);
        }

        void add(AddressEvent event) {
            addressEvents.add(new GenericEventMessage<>(event, origin));
        }

        /** Makes the decisions count, for the requests that follow and for the append. */
        WorkOutcome keep() {
            var answer = last == null ? null : answer(last);
            if (personEvents.isEmpty() && addressEvents.isEmpty()) {
                return new WorkOutcome.Unchanged(answer);
            }
            people.putAll(after);
            ofPeople.addAll(personEvents);
            ofAddresses.addAll(addressEvents);
            mails.addAll(acceptedMails);
            identities.note(Stream.concat(personEvents.stream(), addressEvents.stream())
                    .map(Message::getPayload)
                    .toList());
            return new WorkOutcome.Changed(answer);
        }

        private CommandAnswer answer(PersonId id) {
            return new CommandAnswer(
                    id,
                    person(id).version(),
                    Person.refusalIn(
                            personEvents.stream().map(Message::getPayload).toList()));
        }
    }
}
