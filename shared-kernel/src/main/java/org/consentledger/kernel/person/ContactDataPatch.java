package org.consentledger.kernel.person;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * New values for some fields, in the sense of a JSON Merge Patch (RFC 7396): a field that is not named stays as it is,
 * an empty list removes it.
 */
public record ContactDataPatch(Map<ContactField, List<String>> values) {

    public ContactDataPatch {
        values = Map.copyOf(values);
    }

    /** The patch that brings every field which has a value in {@code contact} to that value, and leaves the others. */
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
     * The patch that completes what is known by what somebody else knows: texts that are known there are taken over,
     * lists grow by what they lack and lose nothing.
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
            values.remove(ContactField.SALESFORCE_ID); // the same in its other form
        }
        return new ContactDataPatch(values);
    }

    /** As {@link #completing}, but what is known stays: only fields without a value are taken over. */
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

    /** What the patch would change in {@code contact}, field by field; empty where it says the same again. */
    public List<FieldChange> changesTo(ContactData contact) {
        return values.entrySet().stream()
                .filter(entry -> !contact.values(entry.getKey()).equals(entry.getValue()))
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> new FieldChange(entry.getKey(), contact.values(entry.getKey()), entry.getValue()))
                .toList();
    }
}
