package org.consentledger.foundation.http;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatusCode;

/**
 * Thrown when a request can't be carried out, for a reason that the client can act on. The response is a problem (RFC
 * 9457) of the type {@code urn:consent-ledger:problem:<slug>}.
 */
public final class HttpProblem extends RuntimeException {

    private final HttpStatusCode status;
    private final String slug;
    private final String detail;
    private final @Nullable Duration retryAfter;
    private final transient List<FieldProblem> errors;

    /**
     * A problem without field errors.
     *
     * @param slug the last part of the type, for example {@code unknown-person}
     * @param detail the explanation for the client, free of personal data
     */
    public HttpProblem(HttpStatusCode status, String slug, String detail) {
        this(status, slug, detail, null, List.of());
    }

    /**
     * A problem in some fields.
     *
     * @param errors the error of each field
     */
    public HttpProblem(HttpStatusCode status, String slug, String detail, List<FieldProblem> errors) {
        this(status, slug, detail, null, errors);
    }

    /**
     * A temporary problem.
     *
     * @param retryAfter the time after which the client should retry
     */
    public HttpProblem(HttpStatusCode status, String slug, String detail, @Nullable Duration retryAfter) {
        this(status, slug, detail, retryAfter, List.of());
    }

    private HttpProblem(
            HttpStatusCode status,
            String slug,
            String detail,
            @Nullable Duration retryAfter,
            List<FieldProblem> errors) {
        super(detail, null, false, false);
        this.status = status;
        this.slug = slug;
        this.detail = detail;
        this.retryAfter = retryAfter;
        this.errors = List.copyOf(errors);
    }

    List<FieldProblem> errors() {
        return errors;
    }

    HttpStatusCode status() {
        return status;
    }

    String slug() {
        return slug;
    }

    String detail() {
        return detail;
    }

    @Nullable
    Duration retryAfter() {
        return retryAfter;
    }
}
