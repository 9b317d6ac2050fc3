package org.consentledger.command.mail;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a body wants the unsubscribe link. */
final class Placeholder {

    static final String TEXT = "{{unsubscribe}}";

    // HTML editors write the braces of an address in their encoded form
    private static final Pattern FORM =
            Pattern.compile("(?:\\{\\{|%7[bB]%7[bB])\\s*unsubscribe\\s*(?:}}|%7[dD]%7[dD])");

    static boolean isIn(String text) {
        return FORM.matcher(text).find();
    }

    static String fill(String text, String link) {
        return FORM.matcher(text).replaceAll(Matcher.quoteReplacement(link));
    }

    /** The parts of a text between the places. */
    static String[] split(String text) {
        return FORM.split(text, -1);
    }

    private Placeholder() {}
}
