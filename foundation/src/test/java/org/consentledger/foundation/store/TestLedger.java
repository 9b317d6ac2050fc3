package org.consentledger.foundation.store;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.serialization.upcasting.event.EventUpcasterChain;
import org.consentledger.foundation.privacy.KeySettings;
import org.consentledger.foundation.privacy.PersonKeys;
import org.consentledger.foundation.privacy.PersonKeysForTests;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonId;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** A ledger without Spring on a database of its own. Engine, keys and serialised form are those of production. */
public final class TestLedger {

    public static final KeySettings SECRETS = new KeySettings(key(1), List.of(), key(2));

    public final DataSource dataSource;
    public final JdbcTemplate jdbc;
    public final PersonKeys keys;
    public final LedgerSerializer serializer;
    public final LedgerEngine engine;

    public TestLedger() {
        this(PostgresForTests.newLedger(), 1000);
    }

    public TestLedger(DataSource dataSource, int pageSize) {
        this.dataSource = dataSource;
        jdbc = new JdbcTemplate(dataSource);
        keys = PersonKeysForTests.over(dataSource, SECRETS);
        serializer = new LedgerSerializer(keys);
        engine = LedgerEngine.over(
                jdbc,
                new JdbcTransactionManager(dataSource),
                serializer,
                keys,
                List.of(),
                new EventUpcasterChain(),
                pageSize);
    }

    /** Appends events of one person, the first of them with the given sequence number. */
    public void append(long firstSequence, PersonEvent... events) {
        append(Map.of(), firstSequence, events);
    }

    /** Appends events of one person with the same metadata. */
    public void append(Map<String, ?> metaData, long firstSequence, PersonEvent... events) {
        var messages = new ArrayList<DomainEventMessage<?>>();
        for (var event : events) {
            messages.add(message(event.personId(), firstSequence + messages.size(), event, metaData));
        }
        engine.appendEvents(messages);
    }

    public static DomainEventMessage<?> message(PersonId person, long sequence, Object event, Map<String, ?> metaData) {
        return new GenericDomainEventMessage<>("Person", person.toString(), sequence, event, metaData);
    }

    /** Returns all events after a token, as a reader would get them now. */
    public List<TrackedEventMessage<?>> readAfter(@Nullable TrackingToken token) {
        try (var events = engine.readEvents(token, false)) {
            return List.copyOf(events.toList());
        }
    }

    private static String key(int seed) {
        var bytes = new byte[32];
        bytes[0] = (byte) seed;
        return Base64.getEncoder().encodeToString(bytes);
    }
}
