package org.consentledger.kernel.privacy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The placeholder that readers get instead of personal data whose key has been destroyed (GDPR Art. 17). */
public final class Erased {

    /** Replaces one erased text. */
    public static final String TEXT = "[erased]";

    /** Replaces an erased list of texts of any length. */
    public static final List<String> TEXTS = List.of(TEXT);

    /**
     * Returns the form of a text after the erasure of its person: null stays null, and any other value becomes
     * {@link #TEXT}.
     */
    public static @Nullable String text(@Nullable String value) {
        return value == null ? null : TEXT;
    }

    private Erased() {}
}
