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

/** A problem detail (RFC 9457) with which the ledger refused a request. The message never quotes the request. */
public final class LedgerProblem extends RuntimeException {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern DOT = Pattern.compile("\\.(.)");
    private static final String TYPES = "urn:consent-ledger:problem:";

    /** The error of one field. */
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

    /** The same problem, with the field names of one part of a form that is sent in several requests. */
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

    /** Tells whether the user can correct the form and send it again. */
    public boolean isAboutTheForm() {
        return status == 400 || status == 409 || status == 413 || status == 422;
    }

    /** Tells whether another user has changed the person since the form was shown. */
    public boolean isConflict() {
        return status == 412;
    }

    public int status() {
        return status;
    }

    /** The last part of the problem type; empty if the ledger sent none. */
    public String slug() {
        return slug;
    }

    public String detail() {
        return detail;
    }

    public List<FieldError> errors() {
        return errors;
    }

    /** The person who already has the value that the form gives to another person. */
    public @Nullable String personId() {
        return personId;
    }

    /** The error of a form field, or null. */
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

    /**
     * The name of a field in a form with several descriptions: {@code source.description} is {@code sourceDescription}.
     */
    private static String inOneWord(String field) {
        return DOT.matcher(field).replaceAll(dot -> dot.group(1).toUpperCase(Locale.ROOT));
    }
}
