package org.consentledger.kernel.person;

import java.util.List;
import org.consentledger.kernel.privacy.Personal;

/**
 * The change of one field of the contact data from its old values to its new ones. An empty list means that the field
 * has no value.
 */
public record FieldChange(
        ContactField field,
        @Personal List<String> from,
        @Personal List<String> to) {

    public FieldChange {
        from = from == null ? List.of() : List.copyOf(from);
        to = to == null ? List.of() : List.copyOf(to);
    }
}
