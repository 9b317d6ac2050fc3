package org.consentledger.web.person;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sends texts back to the ledger exactly as they are stored, although forms can't hold them exactly. A browser removes
 * line breaks from a one-line field and sends others as CRLF, and the forms strip white space. An unchanged field must
 * not become a change. For example, the stored name {@code " Ada "} is shown as {@code "Ada"}; if the user sends
 * {@code "Ada"}, the request gets {@code " Ada "}.
 */
final class FormTexts {

    private static final Pattern LINE_BREAK = Pattern.compile("\\r\\n|\\r|\\n");

    private FormTexts() {}

    /** The text as a one-line field holds it; empty for null. */
    static String inOneLine(@Nullable String text) {
        return text == null ? "" : LINE_BREAK.matcher(text).replaceAll(" ").strip();
    }

    /** The text as a field of several lines holds it; empty for null. */
    static String inLines(@Nullable String text) {
        return text == null ? "" : LINE_BREAK.matcher(text).replaceAll("\n").strip();
    }

    /**
     * Replaces a typed text by the stored one if both look the same in the form.
     *
     * @param inForm converts a text to its form in the field
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

    /** The typed lines, with the stored text in place of each line that looks the same in the form. */
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
