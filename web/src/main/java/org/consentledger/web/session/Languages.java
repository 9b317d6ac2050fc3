package org.consentledger.web.session;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.i18n.AcceptHeaderLocaleResolver;

/**
 * Chooses the language of a page: the user's choice, or else the first language of the browser that the pages have.
 * Controllers outside the pages get the browser's language.
 */
final class Languages extends AcceptHeaderLocaleResolver {

    static final Locale CHINESE = Locale.TRADITIONAL_CHINESE;
    static final List<Locale> ALL = List.of(Locale.ENGLISH, CHINESE);

    @Override
    public Locale resolveLocale(HttpServletRequest request) {
        if (Preferences.isElsewhere(request)) {
            return request.getLocale();
        }
        var chosen = ofTag(Preferences.language(request));
        if (chosen != null) {
            return chosen;
        }
        for (var wanted : Collections.list(request.getLocales())) {
            if (wanted.getLanguage().equals("zh")) {
                return CHINESE;
            }
            if (wanted.getLanguage().equals("en")) {
                return Locale.ENGLISH;
            }
        }
        return Locale.ENGLISH;
    }

    static @Nullable Locale ofTag(@Nullable String tag) {
        return ALL.stream()
                .filter(locale -> locale.toLanguageTag().equals(tag))
                .findFirst()
                .orElse(null);
    }
}
