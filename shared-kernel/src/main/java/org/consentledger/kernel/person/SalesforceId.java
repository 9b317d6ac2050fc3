package org.consentledger.kernel.person;

import java.util.regex.Pattern;

/** A Salesforce record id: 15 case-sensitive characters, or the same with 3 more that make it safe to fold in case. */
public final class SalesforceId {

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9]{15}([A-Za-z0-9]{3})?");

    /** The 15 characters that name the record; the other 3 only repeat which of them are capital. */
    public static String comparable(String id) {
        var stripped = id.strip();
        return stripped.length() == 18 ? stripped.substring(0, 15) : stripped;
    }

    public static boolean isWellFormed(String id) {
        return FORM.matcher(id.strip()).matches();
    }

    private SalesforceId() {}
}
