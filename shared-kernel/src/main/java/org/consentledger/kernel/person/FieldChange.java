package org.consentledger.kernel.person;

import java.util.List;
import org.consentledger.kernel.privacy.Personal;

/** One field of the contact data that went from some values to others; an empty list is no value. */
public record FieldChange(
        ContactField field,
        @Personal List<String> from,
        @Personal List<String> to) {

    public FieldChange {
        from = from == null ? List.of() : List.copyOf(from);
        to = to == null ? List.of() : List.copyOf(to);
    }
}
