package org.consentledger.standalone.postgres;

import org.jspecify.annotations.Nullable;

/** The embedded PostgreSQL can't be started or stopped. The message says what its programs said. */
public final class PostgresFailedException extends RuntimeException {

    PostgresFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
