package org.consentledger.foundation.http;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatusCode;

/**
 * A request that can't be answered as asked, for a reason that the sender can act on. Becomes a problem (RFC 9457) of
 * the type {@code urn:consent-ledger:problem:<slug>}.
 */
public final class HttpProblem extends RuntimeException {

    private final HttpStatusCode status;
    private final String slug;
    private final String detail;
    private final @Nullable Duration retryAfter;
    private final transient List<FieldProblem> errors;

    /**
     * A problem.
     *
     * @param slug the last part of the type, {@code unknown-person} for instance
     * @param detail says what is wrong without naming any personal data
     */
    public HttpProblem(HttpStatusCode status, String slug, String detail) {
        this(status, slug, detail, null, List.of());
    }

    /**
     * A problem of some fields.
     *
     * @param errors which they are, and what is wrong with each
     */
    public HttpProblem(HttpStatusCode status, String slug, String detail, List<FieldProblem> errors) {
        this(status, slug, detail, null, errors);
    }

    /**
     * A problem that passes.
     *
     * @param retryAfter when it is worth asking again
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
