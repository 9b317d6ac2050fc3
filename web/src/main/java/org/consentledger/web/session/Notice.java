package org.consentledger.web.session;

import java.io.Serializable;
import java.util.List;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/**
 * A message that is shown once, on the page after an action.
 *
 * @param key the message key
 * @param link the address of further information; empty for none
 */
public record Notice(String kind, String key, List<String> arguments, String link) implements Serializable {

    private static final String NAME = "notice";

    public Notice {
        arguments = List.copyOf(arguments);
    }

    /** The action succeeded. */
    public static void done(RedirectAttributes redirect, String key, Object... arguments) {
        redirect.addFlashAttribute(NAME, new Notice("done", key, texts(arguments), ""));
    }

    /** The action succeeded only in part. */
    public static void warning(RedirectAttributes redirect, String key, Object... arguments) {
        redirect.addFlashAttribute(NAME, new Notice("warning", key, texts(arguments), ""));
    }

    private static List<String> texts(Object... arguments) {
        return java.util.Arrays.stream(arguments).map(String::valueOf).toList();
    }
}
