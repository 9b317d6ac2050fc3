package org.consentledger.web.session;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ModelAttribute;

/** Adds the model attributes that the frame of each page shows. */
@ControllerAdvice(basePackages = "org.consentledger.web", annotations = Framed.class)
final class PageModelAdvice {

    private final Assets assets;
    private final Texts texts;

    PageModelAdvice(Assets assets, Texts texts) {
        this.assets = assets;
        this.texts = texts;
    }

    @ModelAttribute("user")
    @Nullable
    User user() {
        return User.of(SecurityContextHolder.getContext().getAuthentication());
    }

    @ModelAttribute("theme")
    String theme(HttpServletRequest request) {
        return Preferences.theme(request);
    }

    @ModelAttribute("language")
    String language(Locale locale) {
        return locale.toLanguageTag();
    }

    @ModelAttribute("path")
    String path(HttpServletRequest request) {
        return request.getRequestURI();
    }

    /**
     * The address to return to after a change of preferences. The answer to a form can't be requested again, so it is
     * the start page then.
     */
    @ModelAttribute("back")
    String back(HttpServletRequest request) {
        if (!"GET".equals(request.getMethod())) {
            return "/";
        }
        var query = request.getQueryString();
        return query == null ? path(request) : path(request) + "?" + query;
    }

    @ModelAttribute("build")
    String build() {
        return assets.version();
    }

    /** Fills the model of an error page, for which Spring does not call the methods above. */
    void fill(Model model, HttpServletRequest request, Locale locale) {
        model.addAttribute("user", user());
        model.addAttribute("theme", theme(request));
        model.addAttribute("language", language(locale));
        model.addAttribute("path", path(request));
        model.addAttribute("back", back(request));
        model.addAttribute("build", build());
        model.addAttribute("say", say(locale));
    }

    /** Formats codes, instants and refusals in the user's language. */
    @ModelAttribute("say")
    Texts.LocalizedTexts say(Locale locale) {
        return texts.in(locale);
    }
}
