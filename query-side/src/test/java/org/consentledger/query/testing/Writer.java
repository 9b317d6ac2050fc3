package org.consentledger.query.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.bson.Document;
import org.consentledger.foundation.privacy.LookupHash;
import org.consentledger.foundation.privacy.PersonKeys;
import org.consentledger.foundation.store.LedgerEngine;
import org.consentledger.foundation.store.PostgresForTests;
import org.consentledger.kernel.person.AddressEvent;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonEvent.PersonErased;
import org.consentledger.kernel.person.PersonEvent.PersonRegistered;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.provenance.Provenance;
import org.consentledger.query.readmodel.Ledger;
import org.consentledger.query.readmodel.Rebuilding;
import org.consentledger.query.readmodel.Recorded;
import org.consentledger.query.readmodel.RecordedEvents;
import org.springframework.data.mongodb.core.MongoTemplate;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Records facts as the command side would, and waits for the read models to have them. */
public class Writer {

    public static final List<String> MODELS = List.of("people", "unsubscribe_history", "report_daily");

    private final LedgerEngine engine;
    private final PersonKeys keys;
    private final TransactionTemplate transaction;
    private final MongoTemplate mongo;
    private final Rebuilding readModels;
    private final Ledger ledger;
    public final JdbcTemplate jdbc;
    public final LookupHash hash;

    Writer(
            LedgerEngine engine,
            PersonKeys keys,
            PlatformTransactionManager transactions,
            MongoTemplate mongo,
            JdbcTemplate jdbc,
            LookupHash hash,
            Rebuilding readModels,
            Ledger ledger) {
        this.engine = engine;
        this.keys = keys;
        this.transaction = new TransactionTemplate(transactions);
        this.mongo = mongo;
        this.jdbc = jdbc;
        this.hash = hash;
        this.readModels = readModels;
        this.ledger = ledger;
    }

    /** Records facts of one person, by Olga. */
    public void record(PersonEvent... events) {
        record(RecordedEvents.BY_OLGA, events);
    }

    /** Records facts of one person in one transaction; an erasure destroys the key in it. */
    public void record(Provenance provenance, PersonEvent... events) {
        var person = events[0].personId();
        transaction.executeWithoutResult(status -> {
            if (events[0] instanceof PersonRegistered) {
                keys.create(List.of(person));
            }
            append(person.toString(), "Person", provenance.toMetaData(), List.of(events));
            if (events[events.length - 1] instanceof PersonErased) {
                keys.destroy(List.of(person));
            }
        });
    }

    public void record(Provenance provenance, AddressEvent event) {
        append(event.address().value(), "Address", provenance.toMetaData(), List.of(event));
    }

    private void append(String stream, String type, Map<String, String> metaData, List<?> events) {
        var next = engine.lastSequenceNumberFor(stream).map(last -> last + 1).orElse(0L);
        var messages = new ArrayList<DomainEventMessage<?>>();
        for (var event : events) {
            messages.add(new GenericDomainEventMessage<>(type, stream, next++, event, metaData));
        }
        engine.appendEvents(messages);
    }

    public long versionOf(PersonId person) {
        return engine.lastSequenceNumberFor(person.toString())
                .map(last -> last + 1)
                .orElse(0L);
    }

    /** All facts about these people, in the order of the ledger. */
    public List<Recorded<PersonEvent>> factsOf(Collection<PersonId> people) {
        var facts = new ArrayList<Recorded<PersonEvent>>();
        people.forEach(person -> ledger.history(person, 0, facts::add));
        facts.sort(Comparator.comparing(Recorded::position));
        return facts;
    }

    /** All messages about these people, in the order of the ledger. */
    public List<DomainEventMessage<?>> messagesOf(Collection<PersonId> people) {
        var messages = new ArrayList<TrackedEventMessage<?>>();
        people.forEach(person -> messages.addAll(engine.readHistory(person.toString(), 0)));
        messages.sort(Comparator.comparing(message -> LedgerEngine.positionOf(message.trackingToken())));
        return messages.stream()
                .<DomainEventMessage<?>>map(message -> (DomainEventMessage<?>) message)
                .toList();
    }

    /** Stores something else where the second fact about a person was. */
    public Damage damage(PersonId person, String stored) {
        var payload = jdbc.queryForObject(
                "SELECT payload FROM event WHERE stream = ? AND version = 2", byte[].class, person.value());
        overwrite(person, stored.getBytes(UTF_8));
        return () -> overwrite(person, payload);
    }

    private void overwrite(PersonId person, byte[] payload) {
        PostgresForTests.asOwner(jdbc)
                .update("UPDATE event SET payload = ? WHERE stream = ? AND version = 2", payload, person.value());
    }

    /** That a fact can't be read, until this is closed. */
    public interface Damage extends AutoCloseable {
        @Override
        void close();
    }

    /** Waits until every read model has been built and has read everything that is in the ledger now. */
    public void awaitReadModels() {
        readModels.awaitAll();
    }

    /** The name of a model's live collection. */
    public String live(String model) {
        return mongo.getCollection("read_models")
                .find(new Document("_id", model))
                .first()
                .getString("live");
    }

    /** Everything in a model's live collection, by id. */
    public Map<String, Document> dump(String model) {
        var all = new TreeMap<String, Document>();
        for (var document : mongo.getCollection(live(model)).find()) {
            all.put(document.getString("_id"), document);
        }
        return all;
    }
}
