package org.consentledger.command.pipeline;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import org.consentledger.command.person.Person;
import org.consentledger.command.registers.Registers.LockedIdentities;
import org.consentledger.kernel.person.PersonId;

/** A dry run: the pipeline reads the given people, and nothing is appended. */
public record DryRun(People people) implements People {

    @Override
    public LockedIdentities lock(Set<String> keys) {
        return people.lock(keys);
    }

    @Override
    public Map<PersonId, Person> load(Collection<PersonId> wanted, boolean withContact) {
        return people.load(wanted, withContact);
    }

    @Override
    public void append(Changes changes) {
        // Nothing is recorded
    }
}
