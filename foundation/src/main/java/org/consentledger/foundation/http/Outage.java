package org.consentledger.foundation.http;

import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientException;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.NonTransientDataAccessResourceException;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.security.authentication.InternalAuthenticationServiceException;
import org.springframework.transaction.CannotCreateTransactionException;

/** Tells a store or an issuer that can't be reached, which passes, from a mistake of ours, which doesn't. */
final class Outage {

    static boolean isBehind(Throwable failure) {
        return Causes.of(failure).stream().anyMatch(Outage::isOutage);
    }

    private static boolean isOutage(Throwable cause) {
        return switch (cause) {
            case CannotCreateTransactionException ignored -> true;
            case NonTransientDataAccessResourceException ignored -> true;
            case TransientDataAccessResourceException ignored -> true;
            case InternalAuthenticationServiceException ignored -> true;
            case SQLTransientException ignored -> true;
            case SQLNonTransientConnectionException ignored -> true;
            case SQLException sql -> isConnectionState(sql.getSQLState()) || isClosed(sql);
            case SocketException ignored -> true;
            case SocketTimeoutException ignored -> true;
            case UnknownHostException ignored -> true;
            default -> isMongoOutage(cause);
        };
    }

    private static boolean isConnectionState(@Nullable String state) {
        // Class 08: connection; 57P: the server goes down or comes up; 53: out of connections, memory or disk
        return state != null && (state.startsWith("08") || state.startsWith("57P") || state.startsWith("53"));
    }

    /** What the pool says of a connection that broke and was thrown away while it was still in use: it has no state. */
    private static boolean isClosed(SQLException failure) {
        return failure.getSQLState() == null && "Connection is closed".equals(failure.getMessage());
    }

    private static boolean isMongoOutage(Throwable cause) {
        // By name: only one of the two sides has the driver
        var name = cause.getClass().getName();
        return name.startsWith("com.mongodb.")
                && (name.contains("Timeout")
                        || name.contains("Socket")
                        || name.contains("NotPrimary")
                        || name.contains("ServerUnavailable"));
    }

    private Outage() {}
}
