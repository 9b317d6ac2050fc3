package org.consentledger.kernel.person;

import java.util.regex.Pattern;

/**
 * Compares Salesforce record ids and checks their form: 15 case-sensitive characters, or the same with a suffix of 3
 * characters that makes the id safe to compare without regard to case.
 */
public final class SalesforceId {

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9]{15}([A-Za-z0-9]{3})?");

    /**
     * Returns the 15 characters that identify the record. The other 3 only repeat which of the 15 are capital letters.
     */
    public static String comparable(String id) {
        var stripped = id.strip();
        return stripped.length() == 18 ? stripped.substring(0, 15) : stripped;
    }

    public static boolean isWellFormed(String id) {
        return FORM.matcher(id.strip()).matches();
    }

    private SalesforceId() {}
}
