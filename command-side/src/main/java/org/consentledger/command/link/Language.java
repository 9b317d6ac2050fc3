package org.consentledger.command.link;

import java.util.Arrays;
import java.util.Locale;
import java.util.Locale.LanguageRange;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The languages of the page, each with its native name. The first one is the default. */
enum Language {
    ENGLISH("en", "English"),
    GERMAN("de", "Deutsch"),
    FRENCH("fr", "Français"),
    SPANISH("es", "Español"),
    TRADITIONAL_CHINESE("zh-TW", "繁體中文");

    private final String tag;
    private final String label;

    Language(String tag, String label) {
        this.tag = tag;
        this.label = label;
    }

    String tag() {
        return tag;
    }

    String label() {
        return label;
    }

    Locale locale() {
        return Locale.forLanguageTag(tag);
    }

    /** Returns the language chosen by tag, or else the best match of the browser's {@code Accept-Language}. */
    static Language of(@Nullable String chosen, @Nullable String acceptLanguage) {
        return Optional.ofNullable(chosen).flatMap(Language::tagged).orElseGet(() -> accepted(acceptLanguage));
    }

    private static Optional<Language> tagged(String tag) {
        return Arrays.stream(values())
                .filter(language -> language.tag.equalsIgnoreCase(tag))
                .findFirst();
    }

    private static Language accepted(@Nullable String acceptLanguage) {
        if (acceptLanguage == null || acceptLanguage.isBlank()) {
            return ENGLISH;
        }
        try {
            return LanguageRange.parse(acceptLanguage).stream()
                    .filter(range -> range.getWeight() > 0)
                    .flatMap(range -> Arrays.stream(values())
                            .filter(language -> language.locale()
                                    .getLanguage()
                                    .equals(Locale.forLanguageTag(range.getRange())
                                            .getLanguage())))
                    .findFirst()
                    .orElse(ENGLISH);
        } catch (IllegalArgumentException malformed) {
            return ENGLISH;
        }
    }
}
