package org.consentledger.command.person;

import java.util.List;
import org.axonframework.messaging.MetaData;
import org.consentledger.command.gateway.CommandMetaData;
import org.consentledger.command.registers.Registers;
import org.consentledger.foundation.privacy.PersonKeys;
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
    private final MailQueue mails;

    PersonDecisionService(Registers registers, PersonKeys keys, MailQueue mails) {
        this.registers = registers;
        this.keys = keys;
        this.mails = mails;
    }

    List<PersonEvent> decide(Person person, PersonCommand command, MetaData metaData) {
        requireVersion(person, CommandMetaData.expectedVersion(metaData));
        var events =
                person.decide(command, registers.lock(Person.addressesIn(command), Person.salesforceIdsIn(command)));
        if (events.isEmpty()) {
            return events;
        }
        if (events.getFirst() instanceof PersonRegistered) {
            keys.create(List.of(command.personId()));
        } else {
            queueMail(command, events, metaData);
        }
        return events;
    }

    /** Queues an accepted e-mail, in the transaction that records its acceptance. A repeated one is queued already. */
    void queueMail(PersonCommand command, List<PersonEvent> events, MetaData metaData) {
        if (command instanceof SendEmail mail
                && !events.isEmpty()
                && events.getFirst() instanceof EmailAccepted accepted) {
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
}
