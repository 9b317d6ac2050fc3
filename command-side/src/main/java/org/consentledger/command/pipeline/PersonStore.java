package org.consentledger.command.pipeline;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.serialization.SerializationException;
import org.axonframework.serialization.SimpleSerializedObject;
import org.consentledger.command.person.Person;
import org.consentledger.command.registers.Registers;
import org.consentledger.foundation.privacy.PersonKeys;
import org.consentledger.foundation.store.AppendParticipant;
import org.consentledger.foundation.store.LedgerEngine;
import org.consentledger.foundation.store.LedgerSerializer;
import org.consentledger.kernel.person.AboutPerson;
import org.consentledger.kernel.person.Authorization;
import org.consentledger.kernel.person.AuthorizationType;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonEvent.AuthorizationSet;
import org.consentledger.kernel.person.PersonEvent.ContactDataChanged;
import org.consentledger.kernel.person.PersonEvent.PersonErased;
import org.consentledger.kernel.person.PersonEvent.PersonRegistered;
import org.consentledger.kernel.person.PersonEvent.ResubscribeApproved;
import org.consentledger.kernel.person.PersonEvent.SalesforceRecordLinked;
import org.consentledger.kernel.person.PersonEvent.Unsubscribed;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.SourceType;
import org.consentledger.kernel.person.SubscriptionStatus;
import org.consentledger.kernel.person.UnsubscribeCause;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.Order;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Loads people, and keeps their state in the tables {@code person} and {@code person_contact}. It is the only way to
 * load a person for a decision: one query for any number of them.
 *
 * <p>The state is an inline snapshot. As an {@link AppendParticipant} the store folds the events of each append into
 * the people that they are about, with {@link Person#evolve}, and writes the rows in the transaction that appends the
 * events. So the rows equal the fold of the events at every commit, whatever code appends.
 *
 * <p>Within a transaction the store remembers the people that it has loaded, because the append that follows needs them
 * again. A later {@link #load} reads the rows anew. A row that another transaction has changed since it was loaded is
 * found by its version, and the append fails as a lost race.
 */
@Component
@Order(PersonStore.ORDER)
class PersonStore implements AppendParticipant {

    /** After the registers and before all others; see {@link Registers#ORDER}. */
    static final int ORDER = Registers.ORDER + 1;

    /** The subqueries keep PostgreSQL from reading whole tables that have no statistics yet. */
    private static final String LOAD_CODES =
            "SELECT known.*, %s AS contact FROM unnest(?::uuid[]) AS wanted (id) CROSS JOIN LATERAL"
                    + " (SELECT * FROM person WHERE person_id = id OFFSET 0) AS known";

    private static final String LOAD_ALL = LOAD_CODES.formatted("sealed.contact")
            + " LEFT JOIN LATERAL (SELECT contact FROM person_contact WHERE person_id = id OFFSET 0) AS sealed ON true";
    private static final String LOAD_WITHOUT_CONTACT = LOAD_CODES.formatted("NULL::bytea");

    private static final String COLUMNS = "version, authorization_type, authorization_version, source_type,"
            + " subscription, subscription_version, erased, detail";
    private static final String GIVEN = " FROM unnest(?::uuid[], ?::int[], ?::int[], ?::text[], ?::int[], ?::text[],"
            + " ?::text[], ?::int[], ?::bool[], ?::bytea[]) AS given (person_id, before, " + COLUMNS + ")";
    private static final String INSERT =
            "INSERT INTO person (person_id, " + COLUMNS + ") SELECT person_id, " + COLUMNS + GIVEN;
    private static final String UPDATE = "UPDATE person SET version = given.version, authorization_type ="
            + " given.authorization_type, authorization_version ="
            + " coalesce(given.authorization_version, person.authorization_version), source_type = given.source_type,"
            + " subscription = coalesce(given.subscription, person.subscription), subscription_version ="
            + " coalesce(given.subscription_version, person.subscription_version), erased ="
            + " given.erased, detail = given.detail" + GIVEN
            + " WHERE person.person_id = given.person_id AND person.version = given.before";

    private final JdbcTemplate jdbc;
    private final LedgerSerializer serializer;
    private final PersonKeys keys;

    PersonStore(JdbcTemplate jdbc, LedgerSerializer serializer, PersonKeys keys) {
        this.jdbc = jdbc;
        this.serializer = serializer;
        this.keys = keys;
    }

    /** The part of the state that the codes leave out, in its stored form. */
    private record Detail(
            PersonId personId,
            @Nullable Authorization authorization,
            @Nullable Source source,
            Person.@Nullable OptOut optOut,
            @Nullable Instant resubscribedAt,
            List<Person.EmailUnderWay> underWay)
            implements AboutPerson {

        private static @Nullable Detail of(PersonId id, Person person) {
            var isInCodes = (person.authorization() == null
                            || person.authorization()
                                    .equals(Authorization.of(
                                            person.authorization().type())))
                    && (person.source() == null
                            || person.source().equals(Source.of(person.source().type())))
                    && person.optOut() == null
                    && person.resubscribedAt() == null
                    && person.underWay().isEmpty();
            return isInCodes
                    ? null
                    : new Detail(
                            id,
                            person.authorization(),
                            person.source(),
                            person.optOut(),
                            person.resubscribedAt(),
                            person.underWay());
        }
    }

    /** The contact data in their stored form. */
    private record Contact(PersonId personId, ContactData contact) implements AboutPerson {}

    /** A person as the current transaction knows them. */
    private record Loaded(Person person, boolean withContact) {}

    /**
     * A person before and after the events of an append.
     *
     * @param authorizationVersion the version of the last of them that set the authorization; null to keep the stored
     *     one
     * @param subscription the status after them, or the last one before an erasure; null to keep the stored one
     * @param subscriptionVersion as {@code authorizationVersion}, for the subscription
     */
    private record Change(
            PersonId id,
            Person before,
            Person after,
            @Nullable Integer authorizationVersion,
            @Nullable SubscriptionStatus subscription,
            @Nullable Integer subscriptionVersion) {}

    /**
     * Loads people. A person without events is missing from the result.
     *
     * @param withContact false for commands that don't look at contact data, which then need not be decrypted
     */
    Map<PersonId, Person> load(Collection<PersonId> people, boolean withContact) {
        if (people.isEmpty()) {
            return Map.of();
        }
        var rows = rows(people, withContact);
        var loaded = rows.stream().collect(Collectors.toMap(Row::id, this::person));
        if (TransactionSynchronizationManager.isActualTransactionActive()) {
            var remembered = remembered();
            loaded.forEach((id, person) -> remembered.put(id, new Loaded(person, withContact)));
        }
        return loaded;
    }

    private List<Row> rows(Collection<PersonId> people, boolean withContact) {
        var rows = jdbc.query(withContact ? LOAD_ALL : LOAD_WITHOUT_CONTACT, (row, number) -> Row.of(row), (Object)
                people.stream().map(PersonId::value).distinct().toArray(UUID[]::new));
        keys.prefetch(rows.stream()
                .filter(row -> row.detail() != null || row.contact() != null)
                .map(Row::id)
                .toList());
        return rows;
    }

    /** A row as it is stored. */
    private record Row(
            PersonId id,
            int version,
            Codes codes,
            boolean erased,
            @Nullable Sealed detail,
            @Nullable Sealed contact) {

        static Row of(ResultSet row) throws SQLException {
            return new Row(
                    new PersonId(row.getObject("person_id", UUID.class)),
                    row.getInt("version"),
                    new Codes(
                            row.getString("authorization_type"),
                            row.getObject("authorization_version", Integer.class),
                            row.getString("source_type"),
                            row.getString("subscription"),
                            row.getObject("subscription_version", Integer.class)),
                    row.getBoolean("erased"),
                    Sealed.of(row.getBytes("detail")),
                    Sealed.of(row.getBytes("contact")));
        }
    }

    /** The stored bytes of a {@link Detail} or a {@link Contact}. */
    private static final class Sealed {

        private final byte[] json;

        private Sealed(byte[] json) {
            this.json = json;
        }

        static @Nullable Sealed of(byte @Nullable [] json) {
            return json == null ? null : new Sealed(json);
        }
    }

    private Person person(Row row) {
        var detail = row.detail() == null ? null : read(row.detail(), Detail.class);
        var contact = row.contact() == null
                ? ContactData.NONE
                : read(row.contact(), Contact.class).contact();
        if (detail != null) {
            return new Person(
                    row.version(),
                    contact,
                    detail.source(),
                    detail.authorization(),
                    detail.optOut(),
                    detail.resubscribedAt(),
                    detail.underWay(),
                    row.erased());
        }
        var codes = row.codes();
        return new Person(
                row.version(),
                contact,
                codes.source() == null ? null : Source.of(SourceType.valueOf(codes.source())),
                codes.authorization() == null
                        ? null
                        : Authorization.of(AuthorizationType.valueOf(codes.authorization())),
                null,
                null,
                List.of(),
                row.erased());
    }

    private <T> T read(Sealed stored, Class<T> type) {
        return serializer.deserialize(new SimpleSerializedObject<>(stored.json, byte[].class, type.getName(), null));
    }

    private byte @Nullable [] write(@Nullable Object state) {
        return state == null ? null : serializer.serialize(state, byte[].class).getData();
    }

    @Override
    public void beforeAppend(List<? extends EventMessage<?>> events) {
        var histories = new HashMap<PersonId, List<DomainEventMessage<?>>>();
        for (var event : events) {
            if (event instanceof DomainEventMessage<?> message
                    && message.getPayload() instanceof PersonEvent ofPerson) {
                histories
                        .computeIfAbsent(ofPerson.personId(), id -> new ArrayList<>())
                        .add(message);
            }
        }
        loadMissing(histories);
        // Sorted, so that two transactions can't deadlock.
        var changes = histories.entrySet().stream()
                .map(entry -> fold(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparing(change -> change.id().value()))
                .toList();
        insert(changes.stream().filter(change -> change.before().version() == 0).toList());
        update(changes.stream().filter(change -> change.before().version() > 0).toList());
        writeContacts(changes);
    }

    /** The codes of a row, by which bulk operations select, and the versions of the events that set two of them. */
    private record Codes(
            @Nullable String authorization,
            @Nullable Integer authorizationVersion,
            @Nullable String source,
            @Nullable String subscription,
            @Nullable Integer subscriptionVersion) {

        static Codes of(Change change) {
            return new Codes(
                    authorizationOf(change.after()),
                    change.authorizationVersion(),
                    sourceOf(change.after()),
                    change.subscription() == null ? null : change.subscription().name(),
                    change.subscriptionVersion());
        }
    }

    /**
     * Returns the people whose rows differ from the fold of their events. MUST be called in the snapshot in which the
     * histories were read.
     *
     * @param histories the events of each person; a person without events is missing
     */
    List<PersonId> differing(Collection<PersonId> people, Map<String, List<DomainEventMessage<?>>> histories) {
        var stored = rows(people, true).stream().collect(Collectors.toMap(Row::id, Function.identity()));
        return people.stream()
                .filter(id -> !isTheFold(stored.get(id), histories.get(id.toString())))
                .toList();
    }

    private boolean isTheFold(@Nullable Row row, @Nullable List<DomainEventMessage<?>> history) {
        if (row == null || history == null) {
            return row == null && history == null;
        }
        var folded = change(row.id(), Person.UNKNOWN, history);
        try {
            return folded.after().equals(person(row)) && Codes.of(folded).equals(row.codes());
        } catch (SerializationException | IllegalArgumentException unreadable) {
            return false;
        }
    }

    /**
     * Derives the rows of one person anew, in the current transaction.
     *
     * @param history all events of the person, or null if there are none
     */
    void derive(PersonId id, @Nullable List<DomainEventMessage<?>> history) {
        jdbc.update("DELETE FROM person WHERE person_id = ?", id.value());
        jdbc.update("DELETE FROM person_contact WHERE person_id = ?", id.value());
        if (history != null) {
            var derived = List.of(change(id, Person.UNKNOWN, history));
            insert(derived);
            writeContacts(derived);
        }
    }

    private void loadMissing(Map<PersonId, List<DomainEventMessage<?>>> histories) {
        var missing = new ArrayList<PersonId>();
        var remembered = remembered();
        histories.forEach((id, events) -> {
            var known = remembered.get(id);
            if (!isNew(events)
                    && (known == null
                            || (!known.withContact() && events.stream().anyMatch(PersonStore::touchesContact)))) {
                missing.add(id);
            }
        });
        load(missing, true);
    }

    private static boolean isNew(List<DomainEventMessage<?>> events) {
        return events.getFirst().getSequenceNumber() == 0;
    }

    private static boolean touchesContact(DomainEventMessage<?> event) {
        return switch ((PersonEvent) event.getPayload()) {
            case PersonRegistered ignored -> true;
            case ContactDataChanged ignored -> true;
            case SalesforceRecordLinked ignored -> true;
            case PersonErased ignored -> true;
            default -> false;
        };
    }

    private Change fold(PersonId id, List<DomainEventMessage<?>> events) {
        var remembered = remembered();
        // An earlier registration of the same person was rolled back to a savepoint
        var known = isNew(events) ? null : remembered.get(id);
        var before = known == null ? Person.UNKNOWN : known.person();
        if (before.version() != events.getFirst().getSequenceNumber()) {
            throw new OptimisticLockingFailureException("Another writer has changed the person first");
        }
        var change = change(id, before, events);
        remembered.put(id, new Loaded(change.after(), known == null || known.withContact()));
        return change;
    }

    private static Change change(PersonId id, Person before, List<DomainEventMessage<?>> events) {
        var after = before;
        Integer authorizationVersion = null;
        SubscriptionStatus subscription = null;
        Integer subscriptionVersion = null;
        for (var message : events) {
            var event = (PersonEvent) message.getPayload();
            if (setsAuthorization(event)) {
                authorizationVersion = LedgerEngine.versionOf(message);
            }
            if (setsSubscription(after, event)) {
                subscriptionVersion = LedgerEngine.versionOf(message);
            }
            after = after.evolve(event);
            subscription = after.erased() ? subscription : subscriptionOf(after);
        }
        return new Change(id, before, after, authorizationVersion, subscription, subscriptionVersion);
    }

    /** Whether an event states the legal basis: an approved resubscription states the consent anew. */
    private static boolean setsAuthorization(PersonEvent event) {
        return event instanceof AuthorizationSet || event instanceof ResubscribeApproved;
    }

    /** Whether an event sets the subscription. An opt-out that only covers a further address leaves it as it is. */
    private static boolean setsSubscription(Person before, PersonEvent event) {
        return switch (event) {
            case PersonRegistered ignored -> true;
            case Unsubscribed optOut -> before.optOut() == null || optOut.cause() != UnsubscribeCause.ADDRESS_ADDED;
            case ResubscribeApproved ignored -> true;
            default -> false;
        };
    }

    private void insert(List<Change> changes) {
        if (!changes.isEmpty()) {
            jdbc.update(INSERT, columns(changes));
        }
    }

    private void update(List<Change> changes) {
        if (!changes.isEmpty() && jdbc.update(UPDATE, columns(changes)) != changes.size()) {
            throw new OptimisticLockingFailureException("Another writer has changed one of the people first");
        }
    }

    private Object[] columns(List<Change> changes) {
        return new Object[] {
            column(changes, UUID[]::new, change -> change.id().value()),
            column(changes, Integer[]::new, change -> (int) change.before().version()),
            column(changes, Integer[]::new, change -> (int) change.after().version()),
            column(changes, String[]::new, change -> authorizationOf(change.after())),
            column(changes, Integer[]::new, Change::authorizationVersion),
            column(changes, String[]::new, change -> sourceOf(change.after())),
            column(
                    changes,
                    String[]::new,
                    change -> change.subscription() == null
                            ? null
                            : change.subscription().name()),
            column(changes, Integer[]::new, Change::subscriptionVersion),
            column(changes, Boolean[]::new, change -> change.after().erased()),
            column(changes, byte[][]::new, change -> write(Detail.of(change.id(), change.after())))
        };
    }

    private static <T> Object column(
            List<Change> changes, IntFunction<@Nullable T[]> array, Function<Change, @Nullable T> value) {
        return changes.stream().map(value).toArray(array);
    }

    private static @Nullable String authorizationOf(Person person) {
        return person.authorization() == null
                ? null
                : person.authorization().type().name();
    }

    private static @Nullable String sourceOf(Person person) {
        return person.source() == null ? null : person.source().type().name();
    }

    private static SubscriptionStatus subscriptionOf(Person person) {
        return person.optOut() == null ? SubscriptionStatus.SUBSCRIBED : SubscriptionStatus.UNSUBSCRIBED;
    }

    private void writeContacts(List<Change> changes) {
        var changed = changes.stream()
                .filter(change ->
                        !change.after().contact().equals(change.before().contact()))
                .toList();
        var kept = changed.stream().filter(change -> !change.after().erased()).toList();
        if (!kept.isEmpty()) {
            jdbc.update(
                    "INSERT INTO person_contact (person_id, contact) SELECT * FROM unnest(?::uuid[], ?::bytea[])"
                            + " ON CONFLICT (person_id) DO UPDATE SET contact = excluded.contact",
                    column(kept, UUID[]::new, change -> change.id().value()),
                    column(
                            kept,
                            byte[][]::new,
                            change -> write(
                                    new Contact(change.id(), change.after().contact()))));
        }
        var erased = changed.stream()
                .filter(change -> change.after().erased())
                .map(change -> change.id().value())
                .toArray(UUID[]::new);
        if (erased.length > 0) {
            jdbc.update("DELETE FROM person_contact WHERE person_id = ANY (?)", (Object) erased);
        }
    }

    /** Returns the people of the current transaction. They are forgotten when it ends. */
    @SuppressWarnings("unchecked")
    private Map<PersonId, Loaded> remembered() {
        var bound = (Map<PersonId, Loaded>) TransactionSynchronizationManager.getResource(this);
        if (bound != null) {
            return bound;
        }
        var remembered = new HashMap<PersonId, Loaded>();
        TransactionSynchronizationManager.bindResource(this, remembered);
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void suspend() {
                TransactionSynchronizationManager.unbindResource(PersonStore.this);
            }

            @Override
            public void resume() {
                TransactionSynchronizationManager.bindResource(PersonStore.this, remembered);
            }

            @Override
            public void afterCompletion(int status) {
                TransactionSynchronizationManager.unbindResourceIfPossible(PersonStore.this);
            }
        });
        return Objects.requireNonNull(remembered);
    }
}
