package org.consentledger.query.readmodel;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.upcasting.event.EventUpcasterChain;
import org.consentledger.foundation.privacy.PersonKeys;
import org.consentledger.foundation.store.LedgerEngine;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.TestComponent;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.PreparedStatementCreator;
import org.springframework.jdbc.core.PreparedStatementSetter;
import org.springframework.jdbc.core.ResultSetExtractor;
import org.springframework.transaction.PlatformTransactionManager;

/** The same ledger, for one reader alone whose queries are counted. */
@TestComponent
public class CountedLedger {

    private final AtomicInteger queries = new AtomicInteger();
    private final Ledger ledger;

    CountedLedger(
            DataSource dataSource,
            PlatformTransactionManager transactions,
            @Qualifier("eventSerializer") Serializer serializer,
            PersonKeys keys) {
        var counting = new JdbcTemplate(dataSource) {
            @Override
            public <T> T query(
                    PreparedStatementCreator statement,
                    @Nullable PreparedStatementSetter arguments,
                    ResultSetExtractor<T> reader) {
                queries.incrementAndGet();
                return super.query(statement, arguments, reader);
            }
        };
        ledger = new Ledger(
                LedgerEngine.over(counting, transactions, serializer, keys, List.of(), new EventUpcasterChain(), 100));
    }

    public Ledger ledger() {
        return ledger;
    }

    public int queries() {
        return queries.get();
    }
}
