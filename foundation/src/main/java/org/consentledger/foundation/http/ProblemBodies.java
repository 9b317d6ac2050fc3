package org.consentledger.foundation.http;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;

/** Builds the problems (RFC 9457): the standard one of each status, and those of a rule. */
final class ProblemBodies {

    private static final String TYPE = "urn:consent-ledger:problem:";

    // The words of our routes, and ids. Any other segment of a path may be a person's name or address.
    private static final Pattern SAFE_SEGMENT =
            Pattern.compile("[a-z][a-z-]{0,39}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|");

    static ProblemDetail of(HttpStatusCode status, HttpServletRequest request) {
        return switch (status.value()) {
            case 400 -> of(status, "invalid-request", "The request can't be understood.", request);
            case 401 -> of(status, "unauthenticated", "A valid access token is required.", request);
            case 403 -> of(status, "forbidden", "Your roles don't permit this.", request);
            case 404 -> of(status, "not-found", "There is nothing at this address.", request);
            case 405 -> of(status, "method-not-allowed", "The method isn't supported here.", request);
            case 406 -> of(status, "not-acceptable", "The answer can't be given in an accepted format.", request);
            case 411 -> of(status, "length-required", "The request must say how long its body is.", request);
            case 413 -> of(status, "content-too-large", "The request is larger than allowed.", request);
            case 415 -> of(status, "unsupported-media-type", "The body's content type isn't supported here.", request);
            case 422 -> of(status, "unprocessable-content", "The request can't be carried out as sent.", request);
            case 429 -> of(status, "too-many-requests", "There were too many requests in a short time.", request);
            case 431 -> of(status, "header-fields-too-large", "The request's header is larger than allowed.", request);
            case 501 -> of(status, "not-implemented", "The request asks for what isn't known here.", request);
            case 503 -> of(status, "unavailable", "This can't be answered right now; please try again.", request);
            default ->
                status.is4xxClientError()
                        ? of(status, "request-refused", "The request was refused.", request)
                        : of(status, "internal-error", "Something went wrong on our side.", request);
        };
    }

    static ProblemDetail of(HttpStatusCode status, String slug, String detail, HttpServletRequest request) {
        var problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setType(URI.create(TYPE + slug));
        problem.setTitle(titleOf(status));
        problem.setInstance(instanceOf(request.getRequestURI()));
        return problem;
    }

    static ProblemDetail invalid(List<FieldProblem> errors, HttpServletRequest request) {
        var problem = of(HttpStatus.BAD_REQUEST, "invalid-request", "The request is not as expected.", request);
        if (!errors.isEmpty()) {
            problem.setDetail("The request is not as expected: see errors.");
            problem.setProperty("errors", errors);
        }
        return problem;
    }

    /**
     * Returns the path without its query, with a dash for each segment that is neither a word of our routes nor an id;
     * null if the container could not read the path.
     */
    static @Nullable URI instanceOf(@Nullable String path) {
        if (path == null) {
            return null;
        }
        return URI.create(Stream.of(path.split("/", -1))
                .map(segment -> SAFE_SEGMENT.matcher(segment).matches() ? segment : "-")
                .collect(Collectors.joining("/")));
    }

    private static String titleOf(HttpStatusCode status) {
        var known = HttpStatus.resolve(status.value());
        return known == null ? "Problem" : known.getReasonPhrase();
    }

    private ProblemBodies() {}
}
