package org.consentledger.web.session;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Changes language and looks, and leads back to where that was asked. */
@Controller
class PreferencesController {

    @PostMapping("/preferences")
    String change(
            @RequestParam(required = false) @Nullable String language,
            @RequestParam(required = false) @Nullable String theme,
            @RequestParam(defaultValue = "/") String back,
            HttpServletRequest request,
            HttpServletResponse response) {
        if (Languages.ofTag(language) != null && language != null) {
            response.addHeader(HttpHeaders.SET_COOKIE, Preferences.cookie(Preferences.LANGUAGE, language, request));
        }
        if (theme != null && Preferences.THEMES.contains(theme)) {
            response.addHeader(HttpHeaders.SET_COOKIE, Preferences.cookie(Preferences.THEME, theme, request));
        }
        return "redirect:" + (isOurs(back) ? back : "/");
    }

    /** A path on this site; anything else would let a link lead away under our name. */
    private static boolean isOurs(String path) {
        return path.startsWith("/") && !path.startsWith("//") && path.indexOf('\\') < 0 && path.indexOf(':') < 0;
    }
}
