package org.consentledger.web.session;

import java.io.Serializable;
import java.util.List;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/**
 * What is said once, on the page after an action.
 *
 * @param key of the message
 * @param link where more is to be seen; empty for nowhere
 */
public record Notice(String kind, String key, List<String> arguments, String link) implements Serializable {

    private static final String NAME = "notice";

    public Notice {
        arguments = List.copyOf(arguments);
    }

    /** Something was done. */
    public static void done(RedirectAttributes redirect, String key, Object... arguments) {
        redirect.addFlashAttribute(NAME, new Notice("done", key, texts(arguments), ""));
    }

    /** Something was done only in part. */
    public static void warning(RedirectAttributes redirect, String key, Object... arguments) {
        redirect.addFlashAttribute(NAME, new Notice("warning", key, texts(arguments), ""));
    }

    private static List<String> texts(Object... arguments) {
        return java.util.Arrays.stream(arguments).map(String::valueOf).toList();
    }
}
