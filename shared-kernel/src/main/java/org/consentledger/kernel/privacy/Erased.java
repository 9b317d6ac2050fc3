package org.consentledger.kernel.privacy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is read in place of personal data whose key has been destroyed (GDPR Art. 17). */
public final class Erased {

    /** Stands for one erased text. */
    public static final String TEXT = "[erased]";

    /** Stands for an erased list of texts, of whatever length. */
    public static final List<String> TEXTS = List.of(TEXT);

    /** The same text once its person has been erased: what was absent stays absent, what was there can't be read. */
    public static @Nullable String text(@Nullable String value) {
        return value == null ? null : TEXT;
    }

    private Erased() {}
}
