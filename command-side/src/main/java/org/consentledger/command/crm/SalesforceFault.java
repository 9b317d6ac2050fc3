package org.consentledger.command.crm;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Failure of a whole call to Salesforce. Errors of single rows are results instead: {@link SalesforceClient.Written}.
 */
final class SalesforceFault extends RuntimeException {

    /** Kind of failure. Its name is part of the reason of a failed run. */
    enum Kind {
        /** The daily request limit is used up; later calls will succeed. */
        REQUEST_LIMIT,
        /** Transient: Salesforce is overloaded, broken, too slow or not reachable. */
        UNAVAILABLE,
        /** The response is not the expected JSON. */
        UNREADABLE,
        /** The login failed, or a new token was refused. */
        LOGIN_REFUSED,
        /** Permanent: Salesforce refuses the request, for example for an unknown field or a missing permission. */
        REFUSED,
        /** The process is shutting down. */
        STOPPED
    }

    private static final Pattern CODE = Pattern.compile("[A-Za-z_]{1,80}");

    private final Kind kind;

    /**
     * Creates a fault.
     *
     * @param detail an HTTP status or an error code. It MUST NOT be other text of Salesforce, which may be personal
     *     data.
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

    /**
     * Returns the code if it has the form of an error code, and UNKNOWN_ERROR otherwise: other text may be personal
     * data.
     */
    static String safe(@Nullable String code) {
        return code != null && CODE.matcher(code).matches() ? code : "UNKNOWN_ERROR";
    }
}
