package org.consentledger.kernel.person;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/** Compares e-mail addresses and checks their form. */
public final class EmailAddress {

    /** RFC 5321, 4.5.3.1.3: a path is at most 256 octets, angle brackets included. */
    public static final int MAX_LENGTH = 254;

    // One @ between two parts, without white space, control characters or the characters that have a meaning in
    // address lists and mail headers.
    private static final Pattern FORM =
            Pattern.compile("[^\\s\\p{Cntrl}@<>(),;:\"\\[\\]\\\\]+@[^\\s\\p{Cntrl}@<>(),;:\"\\[\\]\\\\.]+"
                    + "(\\.[^\\s\\p{Cntrl}@<>(),;:\"\\[\\]\\\\.]+)*");

    /**
     * Returns the address trimmed, in Unicode NFC and lower case. Two addresses with the same comparable form are the
     * same address.
     */
    public static String comparable(String address) {
        return Normalizer.normalize(address.strip(), Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
    }

    /** Whether the form of the text is that of an e-mail address. The address need not exist. */
    public static boolean isWellFormed(String address) {
        var stripped = address.strip();
        return stripped.length() <= MAX_LENGTH && FORM.matcher(stripped).matches();
    }

    private EmailAddress() {}
}
