package org.consentledger.command.pipeline;

import java.util.List;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.EventSourcingRepository;
import org.axonframework.eventsourcing.eventstore.DomainEventStream;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.messaging.annotation.HandlerDefinition;
import org.axonframework.messaging.annotation.ParameterResolverFactory;
import org.consentledger.kernel.person.PersonId;
import org.springframework.stereotype.Component;

/**
 * Loads the aggregate of a person from the {@link PersonStore}. Axon sees the stored state as a snapshot that no event
 * follows: the row is never behind the events.
 */
@Component("personRepository")
class PersonRepository extends EventSourcingRepository<PersonAggregate> {

    private final PersonStore people;

    PersonRepository(
            EventStore eventStore,
            ParameterResolverFactory parameters,
            HandlerDefinition handlers,
            PersonStore people) {
        super(EventSourcingRepository.builder(PersonAggregate.class)
                .eventStore(eventStore)
                .parameterResolverFactory(parameters)
                .handlerDefinition(handlers));
        this.people = people;
    }

    @Override
    protected DomainEventStream readEvents(String aggregateIdentifier) {
        var id = PersonId.of(aggregateIdentifier);
        var person = people.load(List.of(id), true).get(id);
        if (person == null) {
            return DomainEventStream.empty();
        }
        DomainEventMessage<?> snapshot = new GenericDomainEventMessage<>(
                "Person", aggregateIdentifier, person.version() - 1, new PersonAggregate(id, person));
        return DomainEventStream.of(snapshot);
    }
}
