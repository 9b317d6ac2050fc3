package org.consentledger.command.work;

import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.consentledger.command.person.Person;
import org.consentledger.command.registers.IdentityLookup;
import org.consentledger.foundation.privacy.LookupHash;
import org.consentledger.kernel.person.Command;
import org.consentledger.kernel.person.PersonCommand;
import org.consentledger.kernel.person.PersonCommand.RegisterPerson;
import org.consentledger.kernel.person.PersonId;

/** One command on one person. */
public record SingleCommand(PersonCommand command) implements Work {

    @Override
    public Stream<String> keys(LookupHash hash) {
        return Stream.concat(
                Person.addressesIn(command).stream()
                        .map(email -> hash.ofEmail(email).value()),
                Person.salesforceIdsIn(command).stream().map(hash::ofSalesforceId));
    }

    /** A new person is not loaded: if the id is taken already, the unique key of the events rejects the append. */
    @Override
    public Set<PersonId> people(IdentityLookup identities) {
        return command instanceof RegisterPerson ? Set.of() : Set.of(command.personId());
    }

    @Override
    public boolean needsContact() {
        return Person.needsContact(command);
    }

    @Override
    public List<? extends Command> commands(IdentityLookup identities, Function<PersonId, Person> people) {
        return List.of(command);
    }
}
