package org.consentledger.kernel.person;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * New values for some fields, in the sense of a JSON Merge Patch (RFC 7396): an empty list removes a field, and a field
 * that is not in the patch stays as it is.
 */
public record ContactDataPatch(Map<ContactField, List<String>> values) {

    public ContactDataPatch {
        values = Map.copyOf(values);
    }

    /**
     * Returns the patch that sets every field which has a value in {@code contact}, and leaves the other fields as they
     * are.
     */
    public static ContactDataPatch ofPresent(ContactData contact) {
        var values = new EnumMap<ContactField, List<String>>(ContactField.class);
        for (var field : ContactField.values()) {
            if (!contact.values(field).isEmpty()) {
                values.put(field, contact.values(field));
            }
        }
        return new ContactDataPatch(values);
    }

    /**
     * Returns the patch that merges {@code more} into {@code known}. A single value of {@code more} replaces that of
     * {@code known}. A list of {@code known} keeps its entries, and those of {@code more} that it lacks are added.
     */
    public static ContactDataPatch completing(ContactData known, ContactData more) {
        var values = new EnumMap<ContactField, List<String>>(ContactField.class);
        values.putAll(ofPresent(more).values());
        values.computeIfPresent(
                ContactField.EMAILS, (field, emails) -> united(known.emails(), emails, EmailAddress::comparable));
        values.computeIfPresent(
                ContactField.PHONES, (field, phones) -> united(known.phones(), phones, UnaryOperator.identity()));
        if (known.salesforceId() != null
                && more.salesforceId() != null
                && SalesforceId.comparable(known.salesforceId()).equals(SalesforceId.comparable(more.salesforceId()))) {
            values.remove(ContactField.SALESFORCE_ID); // the same id, in its other form
        }
        return new ContactDataPatch(values);
    }

    /**
     * Like {@link #completing}, but keeps every single value of {@code known}: those of {@code more} only fill empty
     * fields.
     */
    public static ContactDataPatch fillingGaps(ContactData known, ContactData more) {
        var values = new EnumMap<ContactField, List<String>>(ContactField.class);
        values.putAll(completing(known, more).values());
        values.keySet()
                .removeIf(field -> !field.isList() && !known.values(field).isEmpty());
        return new ContactDataPatch(values);
    }

    private static List<String> united(List<String> known, List<String> more, UnaryOperator<String> comparable) {
        var united = new LinkedHashMap<String, String>();
        known.forEach(value -> united.putIfAbsent(comparable.apply(value), value));
        more.forEach(value -> united.putIfAbsent(comparable.apply(value), value));
        return List.copyOf(united.values());
    }

    /** Returns the changes that the patch makes to {@code contact}, field by field; empty if it changes nothing. */
    public List<FieldChange> changesTo(ContactData contact) {
        return values.entrySet().stream()
                .filter(entry -> !contact.values(entry.getKey()).equals(entry.getValue()))
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> new FieldChange(entry.getKey(), contact.values(entry.getKey()), entry.getValue()))
                .toList();
    }
}
