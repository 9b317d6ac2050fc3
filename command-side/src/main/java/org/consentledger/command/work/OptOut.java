package org.consentledger.command.work;

import static java.util.stream.Collectors.toCollection;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.consentledger.command.person.Person;
import org.consentledger.command.registers.IdentityLookup;
import org.consentledger.foundation.privacy.LookupHash;
import org.consentledger.kernel.person.AddressCommand.SuppressAddress;
import org.consentledger.kernel.person.AddressHash;
import org.consentledger.kernel.person.Command;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.PersonCommand.Unsubscribe;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.UnsubscribeReason;
import org.jspecify.annotations.Nullable;

/**
 * An opt-out that names contact data instead of a person. Each holder of one of the addresses or Salesforce ids is
 * unsubscribed, and an address without a holder is suppressed. No rule refuses it.
 *
 * @param comment kept for people only, not for an address without a holder
 */
public record OptOut(
        List<AddressHash> addresses,
        List<String> salesforceIds,
        @Nullable UnsubscribeReason reason,
        @Nullable String comment,
        Instant at)
        implements Work {

    public OptOut {
        addresses = List.copyOf(addresses);
        salesforceIds = List.copyOf(salesforceIds);
    }

    /** Returns the opt-out of one address. */
    public static OptOut of(
            AddressHash address, @Nullable UnsubscribeReason reason, @Nullable String comment, Instant at) {
        return new OptOut(List.of(address), List.of(), reason, comment, at);
    }

    /** Returns the opt-out of the addresses and the Salesforce id of some contact data. */
    public static OptOut of(ContactData contact, LookupHash hash, Instant at) {
        return new OptOut(
                contact.emails().stream().map(hash::ofEmail).toList(),
                contact.values(ContactField.SALESFORCE_ID),
                null,
                null,
                at);
    }

    @Override
    public Stream<String> keys(LookupHash hash) {
        return Stream.concat(
                addresses.stream().map(AddressHash::value),
                salesforceIds.stream().map(hash::ofSalesforceId));
    }

    @Override
    public Set<PersonId> people(IdentityLookup identities) {
        return Stream.concat(
                        addresses.stream().map(identities::holderOfAddress),
                        salesforceIds.stream().map(identities::holderOfSalesforceId))
                .filter(Objects::nonNull)
                .collect(toCollection(() -> new TreeSet<>(Comparator.comparing(PersonId::value))));
    }

    @Override
    public boolean needsContact() {
        return true;
    }

    @Override
    public List<? extends Command> commands(IdentityLookup identities, Function<PersonId, Person> people) {
        var commands = new ArrayList<Command>();
        people(identities).forEach(holder -> commands.add(new Unsubscribe(holder, reason, comment, null, at)));
        addresses.stream()
                .filter(address -> identities.holderOfAddress(address) == null)
                .forEach(address -> commands.add(new SuppressAddress(address, reason, at)));
        return commands;
    }
}
