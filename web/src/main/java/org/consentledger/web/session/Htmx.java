package org.consentledger.web.session;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Tells htmx to go where a browser would be redirected to. A script that follows a redirect by itself would put the
 * whole next page where it wanted a part of this one.
 */
final class Htmx extends OncePerRequestFilter {

    static boolean isAsking(HttpServletRequest request) {
        return "true".equals(request.getHeader("HX-Request"));
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        chain.doFilter(request, isAsking(request) ? new Told(request, response) : response);
    }

    private static final class Told extends HttpServletResponseWrapper {

        /** A list that is only narrowed or turned over stays where it is. */
        private final boolean follows;

        Told(HttpServletRequest request, HttpServletResponse response) {
            super(response);
            follows = "true".equals(request.getHeader("HX-Boosted"));
        }

        @Override
        public void sendRedirect(String location) throws IOException {
            if (follows && !location.contains("/oauth2/")) {
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
