package org.consentledger.command.crm;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Salesforce can't or won't answer as a whole. What it says of single rows is no fault. */
final class SalesforceFault extends RuntimeException {

    /** What kind of fault; the name is shown as the reason of a failed run. */
    enum Kind {
        /** The day's requests are used up: later. */
        REQUEST_LIMIT,
        /** Overloaded, broken, too slow or away: soon. */
        UNAVAILABLE,
        /** Not the JSON that was to be expected. */
        UNREADABLE,
        /** We are not let in. */
        LOGIN_REFUSED,
        /** It understood, and says no: a field that isn't there, a right that is missing. */
        REFUSED,
        /** The program is being shut down. */
        STOPPED
    }

    private static final Pattern CODE = Pattern.compile("[A-Za-z_]{1,80}");

    private final Kind kind;

    /**
     * A fault.
     *
     * @param detail a status or an error code of Salesforce; anything else might be somebody's data, and is left out
     */
    SalesforceFault(Kind kind, @Nullable String detail) {
        super(detail == null ? kind.name() : kind + ": " + detail);
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }

    String reason() {
        return String.valueOf(getMessage());
    }

    /** The code as it is, if it looks like one. */
    static String safe(@Nullable String code) {
        return code != null && CODE.matcher(code).matches() ? code : "UNKNOWN_ERROR";
    }
}
