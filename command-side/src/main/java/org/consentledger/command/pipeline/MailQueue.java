package org.consentledger.command.pipeline;

import org.consentledger.kernel.person.PersonCommand.SendEmail;

/** Queues accepted e-mails until they are sent. */
public interface MailQueue {

    /**
     * Queues an e-mail until its outcome is recorded. An implementation MUST write it in the current transaction, which
     * records the acceptance.
     *
     * @param to the address
     * @param correlationId the id of the request
     * @throws org.axonframework.modelling.command.ConcurrencyException if the person has been erased meanwhile
     */
    void put(SendEmail mail, String to, String correlationId);
}
