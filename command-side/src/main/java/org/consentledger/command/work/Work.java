package org.consentledger.command.work;

import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.consentledger.command.person.Person;
import org.consentledger.command.registers.IdentityLookup;
import org.consentledger.foundation.privacy.LookupHash;
import org.consentledger.kernel.person.Command;
import org.consentledger.kernel.person.PersonId;

/**
 * A unit of work of the write pipeline: all of its commands take effect or none. Work that names people by contact data
 * knows its commands only after the pipeline has locked the contact data and loaded their holders.
 */
public interface Work {

    /**
     * Returns the keyed hashes of the addresses and Salesforce ids whose holders the work depends on. The pipeline
     * locks them until the transaction ends.
     */
    Stream<String> keys(LookupHash hash);

    /** Returns the people whom the pipeline must load. A new person is not among them. */
    Set<PersonId> people(IdentityLookup identities);

    /** Returns whether the decisions look at contact data, which must be decrypted then. */
    boolean needsContact();

    /**
     * Returns the commands, in their order.
     *
     * @param identities the holders of the locked contact data, as the work before this one leaves them
     * @param people the person with an id, as the work before this one leaves them
     * @throws org.consentledger.kernel.person.CommandRejected if a rule doesn't allow the work
     */
    List<? extends Command> commands(IdentityLookup identities, Function<PersonId, Person> people);
}
