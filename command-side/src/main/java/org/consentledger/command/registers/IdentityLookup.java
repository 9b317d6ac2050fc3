package org.consentledger.command.registers;

import org.consentledger.kernel.person.AddressHash;
import org.consentledger.kernel.person.PersonId;
import org.jspecify.annotations.Nullable;

/**
 * Answers who holds the addresses and Salesforce ids that a command mentions, and which addresses are suppressed.
 *
 * <p>An implementation MUST guarantee that its answers about these stay true until the current transaction ends, and
 * MUST answer from memory. About an address or id that was not named when the lookup was created it MAY answer "free"
 * and "not suppressed". An instance belongs to one transaction and one thread.
 */
public interface IdentityLookup {

    /** Returns the keyed hash of an address. Different spellings of an address MUST have the same hash. */
    AddressHash hashOf(String email);

    /** Returns whether the address must not be mailed. */
    boolean isSuppressed(AddressHash address);

    /** Returns the holder of the address, or null if the address is free. */
    @Nullable
    PersonId holderOfAddress(AddressHash address);

    /** Returns the holder of the salesforceId, in its form of 15 or 18 characters, or null if it is free. */
    @Nullable
    PersonId holderOfSalesforceId(String salesforceId);
}
