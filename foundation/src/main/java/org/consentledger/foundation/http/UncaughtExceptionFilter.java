package org.consentledger.foundation.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.DisconnectedClientHelper;

/**
 * Catches the exceptions that are thrown outside of any controller, for example in a filter. Otherwise the container
 * would log them with their messages, which may quote personal data.
 */
final class UncaughtExceptionFilter extends OncePerRequestFilter {

    private static final Logger LOG = LoggerFactory.getLogger(UncaughtExceptionFilter.class);
    private static final Duration RETRY_AFTER_OUTAGE = Duration.ofSeconds(2);

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException {
        try {
            chain.doFilter(request, response);
        } catch (Exception failure) {
            if (DisconnectedClientHelper.isClientDisconnectedException(failure)) {
                LOG.debug("The client has disconnected: {}", failure.getClass().getName());
                return;
            }
            if (Causes.find(failure, InvalidParameterException.class).isPresent() && !response.isCommitted()) {
                ProblemWriter.write(request, response, HttpStatus.BAD_REQUEST);
                return;
            }
            var outage = Outage.isBehind(failure);
            LOG.error("A request failed: {}", Causes.traceOf(failure));
            if (response.isCommitted()) {
                // Throws to cut the connection: a client must not mistake half a response for a whole one
                throw new IOException("The response could not be completed");
            }
            if (outage) {
                ProblemWriter.retryAfter(response, RETRY_AFTER_OUTAGE);
            }
            ProblemWriter.write(
                    request, response, outage ? HttpStatus.SERVICE_UNAVAILABLE : HttpStatus.INTERNAL_SERVER_ERROR);
        }
    }
}
