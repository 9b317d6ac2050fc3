package org.consentledger.kernel.person;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/** What makes two spellings of an e-mail address the same, and what makes a text none at all. */
public final class EmailAddress {

    /** RFC 5321, 4.5.3.1.3: a path is at most 256 octets, angle brackets included. */
    public static final int MAX_LENGTH = 254;

    // One @ between two parts without white space, control characters or what lists and headers give a meaning to.
    private static final Pattern FORM =
            Pattern.compile("[^\\s\\p{Cntrl}@<>(),;:\"\\[\\]\\\\]+@[^\\s\\p{Cntrl}@<>(),;:\"\\[\\]\\\\.]+"
                    + "(\\.[^\\s\\p{Cntrl}@<>(),;:\"\\[\\]\\\\.]+)*");

    /** Trimmed, Unicode NFC, lower case: two addresses with the same comparable form are the same address. */
    public static String comparable(String address) {
        return Normalizer.normalize(address.strip(), Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
    }

    /** Whether mail could be sent to it as far as its form tells. */
    public static boolean isWellFormed(String address) {
        var stripped = address.strip();
        return stripped.length() <= MAX_LENGTH && FORM.matcher(stripped).matches();
    }

    private EmailAddress() {}
}
