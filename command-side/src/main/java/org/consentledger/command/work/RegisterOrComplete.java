package org.consentledger.command.work;

import static java.util.stream.Collectors.toUnmodifiableSet;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.consentledger.command.person.Person;
import org.consentledger.command.registers.IdentityLookup;
import org.consentledger.foundation.privacy.LookupHash;
import org.consentledger.kernel.person.Authorization;
import org.consentledger.kernel.person.Command;
import org.consentledger.kernel.person.CommandRejected;
import org.consentledger.kernel.person.CommandRejected.Rule;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.ContactDataPatch;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.PersonCommand.ChangeContactData;
import org.consentledger.kernel.person.PersonCommand.RegisterPerson;
import org.consentledger.kernel.person.PersonCommand.SetAuthorization;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.Source;
import org.jspecify.annotations.Nullable;

/**
 * Contact data without a person id. The work completes the person who has one of the addresses or the salesforceId. If
 * nobody has them, it registers a new person.
 *
 * @param fillsGapsOnly whether texts that are known already stay as they are
 * @param source the source of a new person
 * @param authorization the legal basis of a person who has none
 */
public record RegisterOrComplete(
        ContactData contact,
        boolean fillsGapsOnly,
        Source source,
        @Nullable Authorization authorization,
        Instant at) implements Work {

    @Override
    public Stream<String> keys(LookupHash hash) {
        return Stream.concat(
                contact.emails().stream().map(email -> hash.ofEmail(email).value()),
                contact.values(ContactField.SALESFORCE_ID).stream().map(hash::ofSalesforceId));
    }

    @Override
    public Set<PersonId> people(IdentityLookup identities) {
        return Stream.concat(
                        contact.emails().stream().map(identities::hashOf).map(identities::holderOfAddress),
                        contact.values(ContactField.SALESFORCE_ID).stream().map(identities::holderOfSalesforceId))
                .filter(Objects::nonNull)
                .collect(toUnmodifiableSet());
    }

    @Override
    public boolean needsContact() {
        return true;
    }

    @Override
    public List<? extends Command> commands(IdentityLookup identities, Function<PersonId, Person> people) {
        var holders = people(identities);
        if (holders.size() > 1) {
            throw new CommandRejected(
                    Rule.CONTACT_AMBIGUOUS, "The addresses and the salesforceId belong to different people");
        }
        if (holders.isEmpty()) {
            return List.of(new RegisterPerson(PersonId.random(), contact, source, authorization, at));
        }
        var id = holders.iterator().next();
        var known = people.apply(id);
        var commands = new ArrayList<Command>();
        commands.add(new ChangeContactData(
                id,
                fillsGapsOnly
                        ? ContactDataPatch.fillingGaps(known.contact(), contact)
                        : ContactDataPatch.completing(known.contact(), contact),
                at));
        if (authorization != null && known.authorization() == null) {
            commands.add(new SetAuthorization(id, authorization, at));
        }
        return commands;
    }
}
