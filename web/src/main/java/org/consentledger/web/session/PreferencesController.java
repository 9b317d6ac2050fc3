package org.consentledger.web.session;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Changes language and theme, and redirects to the page where the user did so. */
@Controller
class PreferencesController {

    private static final int LONGEST = 2_000;
    private static final Pattern OURS = Pattern.compile("/(?:[\\w.~%-][\\w.~%/-]*)?(?:\\?[\\w.~%/:=&+-]*)?");

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

    /**
     * Tells whether it is a page of this site. Otherwise a forged link could redirect users elsewhere under our name.
     */
    private static boolean isOurs(String page) {
        return page.length() <= LONGEST && OURS.matcher(page).matches();
    }
}
