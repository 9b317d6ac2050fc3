package org.consentledger.web.session;

import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.consentledger.web.ledger.LedgerProblem;
import org.jspecify.annotations.Nullable;
import org.springframework.ui.Model;

/** Helpers to show and send forms. */
public final class Forms {

    private Forms() {}

    /** Adds an idempotency key for one sending of a form: a double click records one event. */
    public static void newKey(Model model) {
        model.addAttribute("key", UUID.randomUUID().toString());
    }

    /**
     * Sends a form. If the ledger refuses its content, the form is shown again with the errors.
     *
     * @param show fills the model for the form and returns its view
     * @param send sends the request and returns the redirect
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

    /** An empty body for a request. */
    public static Map<String, Object> body() {
        return new LinkedHashMap<>();
    }

    /** The typed text without surrounding white space; null if the field is blank. */
    public static @Nullable String orAbsent(@Nullable String text) {
        return text == null || text.isBlank() ? null : text.strip();
    }

    /** The lines of a field that are not blank: one address or number each. */
    public static List<String> lines(@Nullable String text) {
        return text == null
                ? List.of()
                : Arrays.stream(text.split("[\\r\\n]+"))
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .toList();
    }

    /** The legal basis as typed; fields that the chosen type doesn't have are left out. */
    public static Map<String, Object> authorization(
            @Nullable String type,
            @Nullable String dateOfConsent,
            @Nullable String purposeOfProcessing,
            @Nullable String description) {
        var body = body();
        body.put("type", orAbsent(type));
        if ("CONSENT".equals(type)) {
            body.put("dateOfConsent", orAbsent(dateOfConsent));
            body.put("purposeOfProcessing", orAbsent(purposeOfProcessing));
        } else if ("OTHER".equals(type)) {
            body.put("description", orAbsent(description));
        }
        return body;
    }

    /** The source as typed; the description is left out unless the type has one. */
    public static Map<String, Object> source(@Nullable String type, @Nullable String description) {
        var body = body();
        body.put("type", orAbsent(type));
        if ("OTHER".equals(type)) {
            body.put("description", orAbsent(description));
        }
        return body;
    }
}
