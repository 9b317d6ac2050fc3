package org.consentledger.web.session;

import jakarta.servlet.http.HttpServletResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.consentledger.web.ledger.LedgerProblem;
import org.jspecify.annotations.Nullable;
import org.springframework.ui.Model;

/** How forms are shown and sent. */
public final class Forms {

    private Forms() {}

    /** A key for one sending of a form: clicking twice records one thing. */
    public static void newKey(Model model) {
        model.addAttribute("key", UUID.randomUUID().toString());
    }

    /**
     * Sends a form, and shows it again with what is wrong if the ledger refuses it for that.
     *
     * @param show fills the model for the form and names its view
     * @param send names where to go when it was taken
     */
    public static String send(Model model, HttpServletResponse response, Supplier<String> show, Supplier<String> send) {
        try {
            return send.get();
        } catch (LedgerProblem problem) {
            if (!problem.isAboutTheForm()) {
                throw problem;
            }
            model.addAttribute("problem", problem);
            response.setStatus(422);
            return show.get();
        }
    }

    /** The body of a request, without what was left empty. */
    public static Map<String, Object> body() {
        return new LinkedHashMap<>();
    }

    /** What was typed into a field; absent if nothing was. */
    public static @Nullable String orAbsent(@Nullable String text) {
        return text == null || text.isBlank() ? null : text.strip();
    }
}
