package org.consentledger.command.pipeline;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import org.consentledger.command.person.Person;
import org.consentledger.command.registers.Registers.LockedIdentities;
import org.consentledger.kernel.person.PersonId;

/**
 * The people of one transaction of the {@link Pipeline}: where their state comes from, and where the events go. All
 * methods MUST be called within a transaction.
 */
public interface People {

    /**
     * Locks addresses and Salesforce ids until the transaction ends, and reads their holders and suppressions.
     *
     * @param keys their keyed hashes
     */
    LockedIdentities lock(Set<String> keys);

    /**
     * Loads people. A person without events is missing from the result.
     *
     * @param withContact whether the contact data is needed; without it the people have none
     */
    Map<PersonId, Person> load(Collection<PersonId> people, boolean withContact);

    /**
     * Appends events, and the changes of state that follow from them.
     *
     * @throws org.axonframework.modelling.command.ConcurrencyException if another transaction has changed one of the
     *     people or addresses meanwhile
     */
    void append(Changes changes);
}
