package org.consentledger.standalone.postgres;

import org.jspecify.annotations.Nullable;

/** The embedded PostgreSQL can't be started or stopped. The message contains the output of its programs. */
public final class PostgresFailedException extends RuntimeException {

    PostgresFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
