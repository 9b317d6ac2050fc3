package org.consentledger.command.person;

import java.time.Instant;
import java.util.UUID;
import org.consentledger.kernel.person.EmailContent;
import org.consentledger.kernel.person.PersonId;

/** Where accepted e-mails wait until they are sent. */
public interface MailQueue {

    /**
     * Keeps an e-mail until its outcome is recorded, in the transaction that records that it was accepted.
     *
     * @param to the address
     * @param correlationId the request that asked for it
     * @throws org.axonframework.modelling.command.ConcurrencyException if the person has been erased meanwhile
     */
    void put(
            PersonId person,
            UUID emailId,
            String to,
            EmailContent content,
            boolean nonCommercial,
            String correlationId,
            Instant at);
}
