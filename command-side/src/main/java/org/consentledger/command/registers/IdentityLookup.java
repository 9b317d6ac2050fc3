package org.consentledger.command.registers;

import org.consentledger.kernel.person.AddressHash;
import org.consentledger.kernel.person.PersonId;
import org.jspecify.annotations.Nullable;

/**
 * What is known across people of the addresses that a command is about. Nobody can change it until the transaction in
 * which it was opened has ended.
 */
public interface IdentityLookup {

    /** The keyed hash of an address, in whichever spelling. */
    AddressHash hashOf(String email);

    /** Whether the address must not be mailed. */
    boolean isSuppressed(AddressHash address);

    /** Who has the address; nobody perhaps. */
    @Nullable
    PersonId holderOfAddress(AddressHash address);

    /** Who has the salesforceId, of 15 or 18 characters; nobody perhaps. */
    @Nullable
    PersonId holderOfSalesforceId(String salesforceId);
}
