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
 * Catches what fails outside of any controller, in a filter for instance, before the container would log it with all
 * its messages.
 */
final class UncaughtExceptionFilter extends OncePerRequestFilter {

    private static final Logger LOG = LoggerFactory.getLogger(UncaughtExceptionFilter.class);
    private static final Duration WHEN_BACK = Duration.ofSeconds(2);

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException {
        try {
            chain.doFilter(request, response);
        } catch (Exception failure) {
            if (DisconnectedClientHelper.isClientDisconnectedException(failure)) {
                LOG.debug("The client went away: {}", failure.getClass().getName());
                return;
            }
            if (Causes.find(failure, InvalidParameterException.class).isPresent() && !response.isCommitted()) {
                ProblemWriter.write(request, response, HttpStatus.BAD_REQUEST);
                return;
            }
            var outage = Outage.isBehind(failure);
            LOG.error("A request failed: {}", Causes.traceOf(failure));
            if (response.isCommitted()) {
                // The connection must break: half an answer may not look like a whole one
                throw new IOException("The answer could not be completed");
            }
            if (outage) {
                ProblemWriter.retryAfter(response, WHEN_BACK);
            }
            ProblemWriter.write(
                    request, response, outage ? HttpStatus.SERVICE_UNAVAILABLE : HttpStatus.INTERNAL_SERVER_ERROR);
        }
    }
}
