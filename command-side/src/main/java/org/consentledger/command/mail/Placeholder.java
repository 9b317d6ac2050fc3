package org.consentledger.command.mail;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The placeholder for the unsubscribe link in a body. */
final class Placeholder {

    static final String TEXT = "{{unsubscribe}}";

    // HTML editors percent-encode the braces in the target of a link
    private static final Pattern FORM =
            Pattern.compile("(?:\\{\\{|%7[bB]%7[bB])\\s*unsubscribe\\s*(?:}}|%7[dD]%7[dD])");

    static boolean isIn(String text) {
        return FORM.matcher(text).find();
    }

    static String fill(String text, String link) {
        return FORM.matcher(text).replaceAll(Matcher.quoteReplacement(link));
    }

    /** Splits a text at its placeholders. */
    static String[] split(String text) {
        return FORM.split(text, -1);
    }

    private Placeholder() {}
}
