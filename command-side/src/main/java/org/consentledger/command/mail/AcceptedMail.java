package org.consentledger.command.mail;

import org.consentledger.kernel.person.AddressHash;
import org.consentledger.kernel.person.EmailContent;

/**
 * An e-mail in the outbox.
 *
 * @param to the address that it was accepted for
 * @param address the keyed hash of that address
 */
record AcceptedMail(String to, AddressHash address, EmailContent content, boolean nonCommercial) {

    /** Keeps the address and the content out of logs. */
    @Override
    public String toString() {
        return "AcceptedMail[hidden]";
    }
}
