package org.consentledger.web.session;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseCookie;
import org.springframework.web.util.WebUtils;

/** Language and theme, in two cookies that hold nothing else. */
final class Preferences {

    static final String LANGUAGE = "LEDGER_LANGUAGE";
    static final String THEME = "LEDGER_THEME";
    static final Set<String> THEMES = Set.of("auto", "light", "dark");

    private static final List<String> ELSEWHERE =
            List.of("/api/", "/u/", "/actuator", "/v3/", "/swagger-ui", "/.well-known/", "/error");
    private static final Duration KEPT = Duration.ofDays(365);

    private Preferences() {}

    static @Nullable String language(HttpServletRequest request) {
        return value(request, LANGUAGE);
    }

    static String theme(HttpServletRequest request) {
        var theme = value(request, THEME);
        return theme != null && THEMES.contains(theme) ? theme : "auto";
    }

    static String cookie(String name, String value, HttpServletRequest request) {
        return ResponseCookie.from(name, value)
                .path("/")
                .maxAge(KEPT)
                .httpOnly(true)
                .sameSite("Lax")
                .secure(request.isSecure())
                .build()
                .toString();
    }

    /** Tells whether a request is for a controller outside the pages, in a process that has both. */
    static boolean isElsewhere(HttpServletRequest request) {
        var path = request.getRequestURI();
        return ELSEWHERE.stream().anyMatch(path::startsWith);
    }

    /**
     * Tells whether a browser requests a page. A browser names HTML in its Accept header; other programs accept
     * anything.
     */
    static boolean isPageWanted(HttpServletRequest request) {
        var accepted = request.getHeader(HttpHeaders.ACCEPT);
        return Set.of("GET", "HEAD").contains(request.getMethod())
                && accepted != null
                && accepted.contains(MediaType.TEXT_HTML_VALUE)
                && !isElsewhere(request);
    }

    private static @Nullable String value(HttpServletRequest request, String name) {
        var cookie = WebUtils.getCookie(request, name);
        return cookie == null ? null : cookie.getValue();
    }
}
