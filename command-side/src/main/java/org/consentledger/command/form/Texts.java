package org.consentledger.command.form;

import org.jspecify.annotations.Nullable;

/** Limits and conversions of free texts. */
public final class Texts {

    /** The maximum number of characters of a purpose, a description or a reason. */
    public static final int STATEMENT = 500;

    /** The maximum number of characters of a name, a company or a link. */
    static final int CONTACT_TEXT = 2_000;

    /** Returns null for an empty text: both mean that there is no value. */
    public static @Nullable String orAbsent(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    /** Returns the text without broken surrogates, cut to {@code max} characters. */
    public static String acceptable(String text, int max) {
        return text.codePoints()
                .filter(point -> point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE)
                .limit(max)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** Returns whether every surrogate is part of a pair. */
    static boolean isWellFormed(String text) {
        return text.codePoints()
                .noneMatch(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
    }

    private Texts() {}
}
