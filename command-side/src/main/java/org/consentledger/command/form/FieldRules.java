package org.consentledger.command.form;

import java.util.List;

/**
 * A request with fields that depend on each other. What {@link #brokenRules} finds is reported under the name of the
 * field, as if the field alone were wrong.
 */
public interface FieldRules {

    List<BrokenRule> brokenRules();

    /**
     * A field that doesn't fit the others.
     *
     * @param field its name
     * @param index which of its elements, or {@link #WHOLE}
     * @param detail says what is expected; without the value
     */
    record BrokenRule(String field, int index, String detail) {

        public static final int WHOLE = -1;

        /** A field that as a whole doesn't fit the others. */
        public static BrokenRule of(String field, String detail) {
            return new BrokenRule(field, WHOLE, detail);
        }
    }
}
