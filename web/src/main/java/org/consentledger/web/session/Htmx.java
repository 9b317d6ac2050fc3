package org.consentledger.web.session;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Answers a request of htmx with {@code HX-Redirect} instead of a redirect, so that the browser loads the page. A
 * script would follow a redirect by itself and insert the whole next page where it expects a fragment.
 */
final class Htmx extends OncePerRequestFilter {

    static boolean isHtmxRequest(HttpServletRequest request) {
        return "true".equals(request.getHeader("HX-Request"));
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        chain.doFilter(request, isHtmxRequest(request) ? new HtmxResponse(request, response) : response);
    }

    private static final class HtmxResponse extends HttpServletResponseWrapper {

        /** A boosted request, such as a list that is filtered or paged, follows the redirect in place. */
        private final boolean boosted;

        HtmxResponse(HttpServletRequest request, HttpServletResponse response) {
            super(response);
            boosted = "true".equals(request.getHeader("HX-Boosted"));
        }

        @Override
        public void sendRedirect(String location) throws IOException {
            if (boosted && !location.contains("/oauth2/")) {
                super.sendRedirect(location);
                return;
            }
            setStatus(SC_OK);
            setHeader("HX-Redirect", location);
        }

        @Override
        public void sendRedirect(String location, int status, boolean clearBuffer) throws IOException {
            sendRedirect(location);
        }
    }
}
