package org.consentledger.foundation.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;

/** Writes a problem from code outside of controllers: filters and security handlers. */
final class ProblemWriter {

    static void write(HttpServletRequest request, HttpServletResponse response, HttpStatusCode status)
            throws IOException {
        write(response, ProblemBodies.of(status, request));
    }

    static void write(HttpServletResponse response, ProblemDetail problem) throws IOException {
        if (response.isCommitted()) {
            return;
        }
        var body = HttpJson.mapper().writeValueAsBytes(problem);
        response.setStatus(problem.getStatus());
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
        response.flushBuffer();
    }

    static void retryAfter(HttpServletResponse response, Duration duration) {
        response.setHeader(HttpHeaders.RETRY_AFTER, seconds(duration));
    }

    /** Returns whole seconds, rounded up, because a retry that comes a little too early would be refused again. */
    static String seconds(Duration duration) {
        return Long.toString(Math.max(1, duration.plusMillis(999).toSeconds()));
    }

    private ProblemWriter() {}
}
