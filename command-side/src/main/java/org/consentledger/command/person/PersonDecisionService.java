package org.consentledger.command.person;

import java.util.List;
import org.axonframework.messaging.MetaData;
import org.axonframework.modelling.command.ConcurrencyException;
import org.consentledger.command.gateway.CommandMetaData;
import org.consentledger.command.registers.Registers;
import org.consentledger.foundation.privacy.PersonKeys;
import org.consentledger.foundation.store.LedgerEngine;
import org.consentledger.kernel.person.CommandRejected;
import org.consentledger.kernel.person.CommandRejected.Rule;
import org.consentledger.kernel.person.PersonCommand;
import org.consentledger.kernel.person.PersonCommand.SendEmail;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonEvent.EmailAccepted;
import org.consentledger.kernel.person.PersonEvent.PersonRegistered;
import org.consentledger.kernel.provenance.Provenance;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Lets a {@link Person} decide a command of the aggregate. It supplies the locked identities, checks {@code If-Match},
 * creates the key of a new person and queues an accepted e-mail.
 */
@Component
class PersonDecisionService {

    private final Registers registers;
    private final PersonKeys keys;
    private final LedgerEngine engine;
    private final MailQueue mails;

    PersonDecisionService(Registers registers, PersonKeys keys, LedgerEngine engine, MailQueue mails) {
        this.registers = registers;
        this.keys = keys;
        this.engine = engine;
        this.mails = mails;
    }

    List<PersonEvent> decide(Person person, PersonCommand command, MetaData metaData) {
        List<PersonEvent> events;
        try {
            requireVersion(person, CommandMetaData.expectedVersion(metaData));
            events = person.decide(
                    command, registers.lock(Person.addressesIn(command), Person.salesforceIdsIn(command)));
        } catch (CommandRejected rejected) {
            requireFresh(person, command);
            throw rejected;
        }
        if (events.isEmpty()) {
            requireFresh(person, command);
        } else if (events.getFirst() instanceof PersonRegistered) {
            keys.create(List.of(command.personId()));
        } else {
            queueMail(command, events, metaData);
        }
        return events;
    }

    /** Queues an accepted e-mail, in the transaction that records its acceptance. */
    void queueMail(PersonCommand command, List<PersonEvent> events, MetaData metaData) {
        if (command instanceof SendEmail mail && events.getFirst() instanceof EmailAccepted accepted) {
            mails.put(
                    mail.personId(),
                    mail.emailId(),
                    accepted.to(),
                    mail.content(),
                    mail.nonCommercial(),
                    Provenance.of(metaData).correlationId(),
                    mail.at());
        }
    }

    /**
     * Checks {@code If-Match}.
     *
     * @throws CommandRejected if a known person isn't at the expected version
     */
    static void requireVersion(Person person, @Nullable Long expected) {
        if (expected != null && person.version() > 0 && expected != person.version()) {
            throw new CommandRejected(Rule.VERSION_MISMATCH, "The person is at version " + person.version());
        }
    }

    /**
     * Checks that the person is up to date when nothing is appended. An append is guarded by the unique key (stream,
     * version); an answer without an append must be guarded too: a cache that has missed a resubscribe would take an
     * opt-out for said already, and lose it.
     */
    private void requireFresh(Person person, PersonCommand command) {
        var last = engine.lastSequenceNumberFor(command.personId().toString()).orElse(-1L);
        if (last != person.version() - 1) {
            throw new ConcurrencyException("The person has changed since it was loaded");
        }
    }
}
