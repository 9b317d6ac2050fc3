package org.consentledger.foundation.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.SocketException;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.transaction.TransactionSystemException;

class OutageTest {

    static Stream<Throwable> an_unreachable_store_is_an_outage() {
        return Stream.of(
                new TransactionSystemException("commit", new SQLException("Connection is closed")),
                new UncategorizedSQLException("append", null, new SQLException("Connection is closed")),
                new IllegalStateException(new SQLException("terminating connection", "57P01")),
                new UncategorizedSQLException("append", null, new SQLException("a lock is held for too long", "55P03")),
                new UncategorizedSQLException("append", null, new SQLException("idle in transaction", "25P03")),
                new IllegalStateException(new SocketException("Connection reset")));
    }

    @ParameterizedTest
    @MethodSource
    void an_unreachable_store_is_an_outage(Throwable failure) {
        assertThat(Outage.isBehind(failure)).isTrue();
    }

    static Stream<Throwable> a_bug_is_not_an_outage() {
        return Stream.of(
                new IllegalStateException("a bug"),
                new UncategorizedSQLException("append", null, new SQLException("no such column", "42703")),
                new IllegalStateException(new SQLException("something without a state")));
    }

    @ParameterizedTest
    @MethodSource
    void a_bug_is_not_an_outage(Throwable failure) {
        assertThat(Outage.isBehind(failure)).isFalse();
    }
}
