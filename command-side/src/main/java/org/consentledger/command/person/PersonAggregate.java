package org.consentledger.command.person;

import static org.axonframework.modelling.command.AggregateCreationPolicy.CREATE_IF_MISSING;

import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.messaging.MetaData;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.AggregateLifecycle;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.spring.stereotype.Aggregate;
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
 * Connects {@link Person} to Axon and decides nothing itself. Axon routes a command by its concrete class, hence one
 * handler for each; events are routed by their sealed type, hence one handler for all. A person is registered once,
 * changed for years, and erased at the end.
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
    CommandAnswer handle(RegisterPerson command, MetaData metaData, PersonDecisionService decisions) {
        return answer(command, metaData, decisions);
    }

    @CommandHandler
    CommandAnswer handle(ChangeContactData command, MetaData metaData, PersonDecisionService decisions) {
        return answer(command, metaData, decisions);
    }

    @CommandHandler
    CommandAnswer handle(SetAuthorization command, MetaData metaData, PersonDecisionService decisions) {
        return answer(command, metaData, decisions);
    }

    @CommandHandler
    CommandAnswer handle(SetSource command, MetaData metaData, PersonDecisionService decisions) {
        return answer(command, metaData, decisions);
    }

    @CommandHandler
    CommandAnswer handle(Unsubscribe command, MetaData metaData, PersonDecisionService decisions) {
        return answer(command, metaData, decisions);
    }

    @CommandHandler
    CommandAnswer handle(RequestResubscribe command, MetaData metaData, PersonDecisionService decisions) {
        return answer(command, metaData, decisions);
    }

    @CommandHandler
    CommandAnswer handle(ApproveResubscribe command, MetaData metaData, PersonDecisionService decisions) {
        return answer(command, metaData, decisions);
    }

    @CommandHandler
    CommandAnswer handle(RejectResubscribe command, MetaData metaData, PersonDecisionService decisions) {
        return answer(command, metaData, decisions);
    }

    @CommandHandler
    CommandAnswer handle(SendEmail command, MetaData metaData, PersonDecisionService decisions) {
        return answer(command, metaData, decisions);
    }

    @CommandHandler
    CommandAnswer handle(RecordEmailOutcome command, MetaData metaData, PersonDecisionService decisions) {
        return answer(command, metaData, decisions);
    }

    @CommandHandler
    CommandAnswer handle(RecordExport command, MetaData metaData, PersonDecisionService decisions) {
        return answer(command, metaData, decisions);
    }

    @CommandHandler
    CommandAnswer handle(LinkSalesforceRecord command, MetaData metaData, PersonDecisionService decisions) {
        return answer(command, metaData, decisions);
    }

    @CommandHandler
    CommandAnswer handle(ErasePerson command, MetaData metaData, PersonDecisionService decisions) {
        return answer(command, metaData, decisions);
    }

    @EventSourcingHandler
    void on(PersonEvent event) {
        personId = event.personId();
        person = person.evolve(event);
    }

    private CommandAnswer answer(PersonCommand command, MetaData metaData, PersonDecisionService decisions) {
        var events = decisions.decide(person, command, metaData);
        events.forEach(AggregateLifecycle::apply);
        return new CommandAnswer(command.personId(), person.version(), Person.refusalIn(events));
    }
}
