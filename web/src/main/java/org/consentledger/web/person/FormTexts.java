package org.consentledger.web.person;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Texts that the ledger keeps exactly as they were sent to it, in forms that can't hold them exactly: a browser takes
 * line breaks out of a field of one line and sends others as CRLF, and white space around what is typed goes. Whoever
 * changed nothing else must have changed nothing.
 */
final class FormTexts {

    private static final Pattern LINE_BREAK = Pattern.compile("\\r\\n|\\r|\\n");

    private FormTexts() {}

    /** A text as a field of one line holds it; empty if there is none. */
    static String inOneLine(@Nullable String text) {
        return text == null ? "" : LINE_BREAK.matcher(text).replaceAll(" ").strip();
    }

    /** A text as a field of several lines holds it; empty if there is none. */
    static String inLines(@Nullable String text) {
        return text == null ? "" : LINE_BREAK.matcher(text).replaceAll("\n").strip();
    }

    /**
     * Puts a text back into the body of a request if what came out of the form is that text to the form.
     *
     * @param inForm what the form makes of a text
     */
    static void restore(
            Map<String, Object> body, String name, @Nullable String kept, Function<@Nullable String, String> inForm) {
        if (kept != null && body.containsKey(name)) {
            var typed = body.get(name);
            if (inForm.apply(kept).equals(inForm.apply(typed == null ? null : typed.toString()))) {
                body.put(name, kept);
            }
        }
    }

    /** The lines of a form, those that are kept as they are kept. */
    static List<String> restored(List<String> lines, List<String> kept) {
        var left = new ArrayList<>(kept);
        return lines.stream().map(line -> taken(line, left)).toList();
    }

    private static String taken(String line, List<String> left) {
        for (var kept : left) {
            if (inOneLine(kept).equals(line)) {
                left.remove(kept);
                return kept;
            }
        }
        return line;
    }
}
