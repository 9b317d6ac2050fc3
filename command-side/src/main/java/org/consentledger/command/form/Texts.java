package org.consentledger.command.form;

import org.jspecify.annotations.Nullable;

/** What people write, and how much of it. */
public final class Texts {

    /** The most characters of a purpose, a description, a reason. */
    public static final int STATEMENT = 500;

    /** The most characters of a name, a company, a link. */
    static final int CONTACT_TEXT = 2_000;

    /** What an optional text says: an empty one says no more than an absent one. */
    public static @Nullable String orAbsent(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    /** As much of a text as can be kept: well-formed, and no longer than that. */
    public static String acceptable(String text, int max) {
        return text.codePoints()
                .filter(point -> point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE)
                .limit(max)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** Whether every surrogate has its other half. */
    static boolean isWellFormed(String text) {
        return text.codePoints()
                .noneMatch(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
    }

    private Texts() {}
}
