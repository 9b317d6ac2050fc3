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

    /** Lines, without those that are empty: several addresses or numbers in one field. */
    public static List<String> lines(@Nullable String text) {
        return text == null
                ? List.of()
                : Arrays.stream(text.split("[\\r\\n]+"))
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .toList();
    }

    /** A legal basis as it was typed; fields that the chosen type doesn't know are left aside. */
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

    /** A source as it was typed; likewise. */
    public static Map<String, Object> source(@Nullable String type, @Nullable String description) {
        var body = body();
        body.put("type", orAbsent(type));
        if ("OTHER".equals(type)) {
            body.put("description", orAbsent(description));
        }
        return body;
    }
}
