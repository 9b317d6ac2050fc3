package org.consentledger.command.form;

import java.util.List;

/**
 * A request whose fields depend on each other. {@link Consistent} reports each broken rule under the name of its field.
 * {@link #brokenRules} MUST accept fields that are null or invalid by themselves, and returns an empty list if all
 * rules hold.
 */
public interface FieldRules {

    List<BrokenRule> brokenRules();

    /**
     * A field that doesn't fit the others.
     *
     * @param field the name of the field
     * @param index the index of its element, or {@link #WHOLE}
     * @param detail what is expected; MUST NOT quote the value
     */
    record BrokenRule(String field, int index, String detail) {

        public static final int WHOLE = -1;

        /** Returns a broken rule about the whole field. */
        public static BrokenRule of(String field, String detail) {
            return new BrokenRule(field, WHOLE, detail);
        }
    }
}
