package org.consentledger.foundation.http;

import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.NonTransientDataAccessResourceException;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.security.authentication.InternalAuthenticationServiceException;
import org.springframework.transaction.CannotCreateTransactionException;

/**
 * Classifies an exception as an outage of PostgreSQL, MongoDB or the issuer, or as a bug of the ledger. An outage is
 * temporary: the client gets 503 with {@code Retry-After}, and a retry may succeed. A bug gets 500.
 *
 * <p>Frameworks wrap the driver's exception in exceptions of their own, which differ by the point of failure. So this
 * class looks at every cause, and one cause that says outage is enough. Four kinds of evidence count:
 *
 * <ul>
 *   <li>an exception type that only an unreachable server leads to, of Spring, JDBC or the JDK's sockets;
 *   <li>an SQL state of the classes 08 (connection) and 53 (resources), or 57P (the server goes down or comes up);
 *   <li>the SQL states 55P03 (another process holds a lock for too long) and 25P03 (the server has ended a transaction
 *       that stood still, because this process was frozen);
 *   <li>a class name of the MongoDB driver, which is on the classpath of only one of the two sides.
 * </ul>
 *
 * <p>Examples: {@code IllegalStateException(SQLException(state 57P01))} is an outage, because PostgreSQL is shutting
 * down. {@code UncategorizedSQLException(SQLException(state 42703))} is a bug: the statement names an unknown column.
 */
final class Outage {

    private static final Set<String> TIMEOUTS = Set.of("55P03", "25P03");

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
        // Class 08: connection; 57P: the server shuts down or starts; 53: out of connections, memory or disk
        return state != null
                && (state.startsWith("08")
                        || state.startsWith("57P")
                        || state.startsWith("53")
                        || TIMEOUTS.contains(state));
    }

    /**
     * Whether the pool closed a broken connection while it was in use. The pool's exception has no SQL state, only this
     * message.
     */
    private static boolean isClosed(SQLException failure) {
        return failure.getSQLState() == null && "Connection is closed".equals(failure.getMessage());
    }

    private static boolean isMongoOutage(Throwable cause) {
        // Compares names, because only one of the two sides has the driver on its classpath
        var name = cause.getClass().getName();
        return name.startsWith("com.mongodb.")
                && (name.contains("Timeout")
                        || name.contains("Socket")
                        || name.contains("NotPrimary")
                        || name.contains("ServerUnavailable"));
    }

    private Outage() {}
}
