package org.consentledger.command.mail;

import org.consentledger.kernel.person.AddressHash;
import org.consentledger.kernel.person.EmailContent;

/**
 * An e-mail as it waits in the outbox.
 *
 * @param to the address that it was accepted for
 * @param address the same by keyed hash
 */
record AcceptedMail(String to, AddressHash address, EmailContent content, boolean nonCommercial) {

    /** Keeps what is written to a person out of logs. */
    @Override
    public String toString() {
        return "AcceptedMail[hidden]";
    }
}
