package org.consentledger.command.pipeline;

import static org.axonframework.modelling.command.AggregateCreationPolicy.CREATE_IF_MISSING;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.messaging.MetaData;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.AggregateLifecycle;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.spring.stereotype.Aggregate;
import org.consentledger.command.gateway.CommandMetaData;
import org.consentledger.command.person.Person;
import org.consentledger.command.registers.Registers.LockedIdentities;
import org.consentledger.command.work.SingleCommand;
import org.consentledger.kernel.person.CommandAnswer;
import org.consentledger.kernel.person.PersonCommand;
import org.consentledger.kernel.person.PersonCommand.ApproveResubscribe;
import org.consentledger.kernel.person.PersonCommand.ChangeContactData;
import org.consentledger.kernel.person.PersonCommand.ErasePerson;
import org.consentledger.kernel.person.PersonCommand.LinkSalesforceRecord;
import org.consentledger.kernel.person.PersonCommand.RecordEmailOutcome;
import org.consentledger.kernel.person.PersonCommand.RecordExport;
import org.consentledger.kernel.person.PersonCommand.RegisterPerson;
import org.consentledger.kernel.person.PersonCommand.RejectResubscribe;
import org.consentledger.kernel.person.PersonCommand.RequestResubscribe;
import org.consentledger.kernel.person.PersonCommand.SendEmail;
import org.consentledger.kernel.person.PersonCommand.SetAuthorization;
import org.consentledger.kernel.person.PersonCommand.SetSource;
import org.consentledger.kernel.person.PersonCommand.Unsubscribe;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonId;
import org.jspecify.annotations.Nullable;

/**
 * Connects Axon to the {@link Pipeline} for a command that meets no other: Axon routes it here, loads the person by
 * {@link PersonRepository} and appends the events. Axon routes a command by its concrete class, hence one handler for
 * each; events are routed by their sealed type, hence one handler for all. A person is registered once, changed for
 * years, and erased at the end.
 */
@Aggregate(type = "Person", repository = "personRepository")
class PersonAggregate {

    @AggregateIdentifier
    @SuppressWarnings("UnusedVariable") // read by Axon
    private @Nullable PersonId personId;

    private Person person = Person.UNKNOWN;

    PersonAggregate() {} // for Axon, which makes the aggregate of a new person

    /** Creates the aggregate of a person who has events. */
    PersonAggregate(PersonId personId, Person person) {
        this.personId = personId;
        this.person = person;
    }

    @CommandHandler
    @CreationPolicy(CREATE_IF_MISSING)
    CommandAnswer handle(RegisterPerson command, MetaData metaData, Pipeline pipeline) {
        return answer(command, metaData, pipeline);
    }

    @CommandHandler
    CommandAnswer handle(ChangeContactData command, MetaData metaData, Pipeline pipeline) {
        return answer(command, metaData, pipeline);
    }

    @CommandHandler
    CommandAnswer handle(SetAuthorization command, MetaData metaData, Pipeline pipeline) {
        return answer(command, metaData, pipeline);
    }

    @CommandHandler
    CommandAnswer handle(SetSource command, MetaData metaData, Pipeline pipeline) {
        return answer(command, metaData, pipeline);
    }

    @CommandHandler
    CommandAnswer handle(Unsubscribe command, MetaData metaData, Pipeline pipeline) {
        return answer(command, metaData, pipeline);
    }

    @CommandHandler
    CommandAnswer handle(RequestResubscribe command, MetaData metaData, Pipeline pipeline) {
        return answer(command, metaData, pipeline);
    }

    @CommandHandler
    CommandAnswer handle(ApproveResubscribe command, MetaData metaData, Pipeline pipeline) {
        return answer(command, metaData, pipeline);
    }

    @CommandHandler
    CommandAnswer handle(RejectResubscribe command, MetaData metaData, Pipeline pipeline) {
        return answer(command, metaData, pipeline);
    }

    @CommandHandler
    CommandAnswer handle(SendEmail command, MetaData metaData, Pipeline pipeline) {
        return answer(command, metaData, pipeline);
    }

    @CommandHandler
    CommandAnswer handle(RecordEmailOutcome command, MetaData metaData, Pipeline pipeline) {
        return answer(command, metaData, pipeline);
    }

    @CommandHandler
    CommandAnswer handle(RecordExport command, MetaData metaData, Pipeline pipeline) {
        return answer(command, metaData, pipeline);
    }

    @CommandHandler
    CommandAnswer handle(LinkSalesforceRecord command, MetaData metaData, Pipeline pipeline) {
        return answer(command, metaData, pipeline);
    }

    @CommandHandler
    CommandAnswer handle(ErasePerson command, MetaData metaData, Pipeline pipeline) {
        return answer(command, metaData, pipeline);
    }

    @EventSourcingHandler
    void on(PersonEvent event) {
        personId = event.personId();
        person = person.evolve(event);
    }

    private CommandAnswer answer(PersonCommand command, MetaData metaData, Pipeline pipeline) {
        var request = new Request(new SingleCommand(command), CommandMetaData.envelopeIn(metaData));
        return Objects.requireNonNull(
                pipeline.carryOut(List.of(request), new ThisPerson(pipeline))
                        .getFirst()
                        .answer(),
                "a command on a person has an answer");
    }

    /** The loaded person, whose events Axon appends when its unit of work is committed. */
    private final class ThisPerson implements People {

        private final Pipeline pipeline;

        ThisPerson(Pipeline pipeline) {
            this.pipeline = pipeline;
        }

        @Override
        public LockedIdentities lock(Set<String> keys) {
            return pipeline.ledger().lock(keys);
        }

        @Override
        public Map<PersonId, Person> load(Collection<PersonId> people, boolean withContact) {
            return personId == null ? Map.of() : Map.of(personId, person);
        }

        @Override
        public void append(Changes changes) {
            pipeline.ledger().prepare(changes);
            changes.ofPeople().forEach(event -> AggregateLifecycle.apply(event.getPayload(), event.getMetaData()));
        }
    }
}
