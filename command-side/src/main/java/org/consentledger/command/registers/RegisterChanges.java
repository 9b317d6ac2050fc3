package org.consentledger.command.registers;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.consentledger.foundation.privacy.LookupHash;
import org.consentledger.kernel.person.AddressEvent;
import org.consentledger.kernel.person.AddressEvent.AddressSuppressed;
import org.consentledger.kernel.person.AddressHash;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonEvent.AuthorizationSet;
import org.consentledger.kernel.person.PersonEvent.ContactDataChanged;
import org.consentledger.kernel.person.PersonEvent.EmailAccepted;
import org.consentledger.kernel.person.PersonEvent.EmailFailed;
import org.consentledger.kernel.person.PersonEvent.EmailRefused;
import org.consentledger.kernel.person.PersonEvent.EmailSent;
import org.consentledger.kernel.person.PersonEvent.PersonErased;
import org.consentledger.kernel.person.PersonEvent.PersonExported;
import org.consentledger.kernel.person.PersonEvent.PersonRegistered;
import org.consentledger.kernel.person.PersonEvent.ResubscribeApproved;
import org.consentledger.kernel.person.PersonEvent.ResubscribeRejected;
import org.consentledger.kernel.person.PersonEvent.ResubscribeRequested;
import org.consentledger.kernel.person.PersonEvent.SalesforceRecordLinked;
import org.consentledger.kernel.person.PersonEvent.SourceSet;
import org.consentledger.kernel.person.PersonEvent.Unsubscribed;
import org.consentledger.kernel.person.PersonId;

/**
 * Folds a list of events into the rows that they change in the registers. The rows are sorted, so that two transactions
 * can't deadlock.
 */
final class RegisterChanges {

    /** The new holder of each key; empty where the key becomes free. */
    final Map<String, Optional<PersonId>> holders = new TreeMap<>();

    /** The place among the added events, from 0, of the one that suppresses the address; empty where it is lifted. */
    final Map<AddressHash, Optional<Integer>> suppressions = new TreeMap<>(BY_HASH);

    final Set<PersonId> erased = new LinkedHashSet<>();

    private static final Comparator<AddressHash> BY_HASH = Comparator.comparing(AddressHash::value);

    private final LookupHash hash;
    private int place;

    RegisterChanges(LookupHash hash) {
        this.hash = hash;
    }

    /** Adds an event. Events that are neither about a person nor about an address change nothing. */
    RegisterChanges add(Object event) {
        switch (event) {
            case PersonEvent ofPerson -> add(ofPerson);
            case AddressEvent ofAddress -> add(ofAddress);
            default -> {}
        }
        place++;
        return this;
    }

    private void add(AddressEvent event) {
        switch (event) {
            case AddressSuppressed suppressed -> suppressions.put(suppressed.address(), Optional.of(place));
        }
    }

    private void add(PersonEvent event) {
        var person = event.personId();
        switch (event) {
            case PersonRegistered registered ->
                keysOf(registered.contact()).forEach(key -> holders.put(key, Optional.of(person)));
            case ContactDataChanged changed ->
                changed.changes().forEach(change -> {
                    keysOf(change.field(), change.from()).forEach(key -> holders.put(key, Optional.empty()));
                    keysOf(change.field(), change.to()).forEach(key -> holders.put(key, Optional.of(person)));
                });
            case Unsubscribed unsubscribed ->
                unsubscribed.addresses().forEach(address -> suppressions.put(address, Optional.of(place)));
            case ResubscribeApproved approved ->
                approved.addresses().forEach(address -> suppressions.put(address, Optional.empty()));
            case SalesforceRecordLinked linked -> {
                if (linked.previous() != null) {
                    holders.put(hash.ofSalesforceId(linked.previous()), Optional.empty());
                }
                holders.put(hash.ofSalesforceId(linked.salesforceId()), Optional.of(person));
            }
            case PersonErased ignored -> {
                holders.values().removeIf(holder -> holder.equals(Optional.of(person)));
                erased.add(person);
            }
            case AuthorizationSet ignored -> {}
            case SourceSet ignored -> {}
            case ResubscribeRequested ignored -> {}
            case ResubscribeRejected ignored -> {}
            case EmailAccepted ignored -> {}
            case EmailRefused ignored -> {}
            case EmailSent ignored -> {}
            case EmailFailed ignored -> {}
            case PersonExported ignored -> {}
        }
    }

    private Collection<String> keysOf(ContactData contact) {
        var keys = new ArrayList<String>();
        keys.addAll(keysOf(ContactField.EMAILS, contact.values(ContactField.EMAILS)));
        keys.addAll(keysOf(ContactField.SALESFORCE_ID, contact.values(ContactField.SALESFORCE_ID)));
        return keys;
    }

    private List<String> keysOf(ContactField field, List<String> values) {
        return switch (field) {
            case EMAILS ->
                values.stream().map(email -> hash.ofEmail(email).value()).toList();
            case SALESFORCE_ID -> values.stream().map(hash::ofSalesforceId).toList();
            default -> List.of();
        };
    }
}
