package org.consentledger.web.ledger;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.client.ClientHttpResponse;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The ledger said no, and why (RFC 9457). The message never quotes what was sent. */
public final class LedgerProblem extends RuntimeException {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern DOT = Pattern.compile("\\.(.)");
    private static final String TYPES = "urn:consent-ledger:problem:";

    /** What is wrong with one field. */
    public record FieldError(String field, String detail) {}

    private final int status;
    private final String slug;
    private final String detail;
    private final List<FieldError> errors;
    private final @Nullable String personId;

    private LedgerProblem(int status, String slug, String detail, List<FieldError> errors, @Nullable String personId) {
        super(status + " " + slug, null, false, false);
        this.status = status;
        this.slug = slug;
        this.detail = detail;
        this.errors = List.copyOf(errors);
        this.personId = personId;
    }

    static RuntimeException of(ClientHttpResponse response) throws IOException {
        var status = response.getStatusCode().value();
        if (status == 401) {
            return new SignInRequiredException();
        }
        try {
            var body = JSON.readTree(response.getBody());
            var type = body.path("type").asString("");
            return new LedgerProblem(
                    status,
                    type.startsWith(TYPES) ? type.substring(TYPES.length()) : "",
                    body.path("detail").asString(""),
                    body.path("errors").valueStream().map(LedgerProblem::error).toList(),
                    body.path("personId").asString(null));
        } catch (JacksonException unreadable) {
            return new LedgerProblem(status, "", "", List.of(), null);
        }
    }

    private static FieldError error(JsonNode error) {
        return new FieldError(
                error.path("field").asString(""), error.path("detail").asString(""));
    }

    /** The same, about one part of a form that is sent in several. */
    public LedgerProblem in(String part) {
        return new LedgerProblem(
                status,
                slug,
                detail,
                errors.stream()
                        .map(error -> new FieldError(part + "." + error.field(), error.detail()))
                        .toList(),
                personId);
    }

    /** Whether whoever filled in the form can mend it. */
    public boolean isAboutTheForm() {
        return status == 400 || status == 409 || status == 413 || status == 422;
    }

    /** Whether somebody else has changed the person since the form was shown. */
    public boolean isConflict() {
        return status == 412;
    }

    public int status() {
        return status;
    }

    /** Which rule it is; empty if the ledger didn't say. */
    public String slug() {
        return slug;
    }

    public String detail() {
        return detail;
    }

    public List<FieldError> errors() {
        return errors;
    }

    /** The person who already has what the form gives to another. */
    public @Nullable String personId() {
        return personId;
    }

    /** What is wrong with a field of a form; absent if nothing is. */
    public @Nullable String errorOf(String field) {
        return errors.stream()
                .filter(error -> error.field().equals(field)
                        || error.field().startsWith(field + "[")
                        || error.field().endsWith("." + field)
                        || inOneWord(error.field()).equals(field))
                .map(FieldError::detail)
                .findFirst()
                .orElse(null);
    }

    /** {@code source.description} as a form with several descriptions calls it: {@code sourceDescription}. */
    private static String inOneWord(String field) {
        return DOT.matcher(field).replaceAll(dot -> dot.group(1).toUpperCase(Locale.ROOT));
    }
}
