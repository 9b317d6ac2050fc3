package org.consentledger.command.registers;

import java.sql.Timestamp;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.messaging.Message;
import org.consentledger.foundation.privacy.LookupHash;
import org.consentledger.foundation.privacy.PersonKeys;
import org.consentledger.foundation.store.AppendParticipant;
import org.consentledger.kernel.person.AddressHash;
import org.consentledger.kernel.person.PersonId;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * The registers in PostgreSQL. Whoever opens an address book holds a lock on each address in it until the transaction
 * ends, so that "nobody has it" and "it isn't suppressed" stay true until the events that rely on it are recorded.
 */
@Component
@Order(Registers.ORDER)
public class Registers implements AppendParticipant {

    /**
     * Before other participants: whoever holds a person's standing may wait for what they lock, never the other way.
     */
    public static final int ORDER = 0;

    private final JdbcTemplate jdbc;
    private final LookupHash hash;
    private final PersonKeys keys;

    Registers(JdbcTemplate jdbc, LookupHash hash, PersonKeys keys) {
        this.jdbc = jdbc;
        this.hash = hash;
        this.keys = keys;
    }

    /**
     * Opens the book at some addresses and salesforceIds; within a transaction only. A command that mentions none needs
     * no look-up, and gets none.
     */
    public LockedIdentities lock(Collection<String> emails, Collection<String> salesforceIds) {
        var hashes = new TreeSet<String>();
        emails.forEach(email -> hashes.add(hash.ofEmail(email).value()));
        salesforceIds.forEach(id -> hashes.add(hash.ofSalesforceId(id)));
        return lockHashes(hashes);
    }

    /** Opens the book at one address of which only the hash is known. */
    public LockedIdentities lock(AddressHash address) {
        return lockHashes(Set.of(address.value()));
    }

    private LockedIdentities lockHashes(Set<String> hashes) {
        var identities = new LockedIdentities(hashes);
        if (hashes.isEmpty()) {
            return identities;
        }
        var wanted = hashes.toArray(String[]::new);
        var locks = hashes.stream().map(Registers::lockOf).sorted().toArray(Long[]::new);
        jdbc.query("SELECT pg_advisory_xact_lock(key) FROM unnest(?::bigint[]) AS key", row -> {}, (Object) locks);
        // A statement of its own: what others committed while we waited is seen only by the next one.
        jdbc.query(
                "SELECT key_hash, person_id FROM person_identity WHERE key_hash = ANY (?)"
                        + " UNION ALL SELECT address_hash, NULL FROM suppression WHERE address_hash = ANY (?)",
                row -> {
                    var holder = row.getObject(2, UUID.class);
                    if (holder == null) {
                        identities.suppressed.add(new AddressHash(row.getString(1)));
                    } else {
                        identities.holders.put(row.getString(1), new PersonId(holder));
                    }
                },
                wanted,
                wanted);
        return identities;
    }

    /**
     * Waits for whoever is recording that a person opts out or is erased, and keeps others from doing so until the
     * transaction at hand ends.
     */
    public void shareLock(PersonId person) {
        jdbc.query("SELECT FROM person_standing WHERE person_id = ? FOR SHARE", row -> {}, person.value());
    }

    /** Who has an address at this moment; to be relied on only by who asks again in a transaction. */
    public Optional<PersonId> holderOf(AddressHash address) {
        return jdbc
                .queryForList("SELECT person_id FROM person_identity WHERE key_hash = ?", UUID.class, address.value())
                .stream()
                .map(PersonId::new)
                .findFirst();
    }

    public AddressHash hashOf(String email) {
        return hash.ofEmail(email);
    }

    @Override
    public void beforeAppend(List<? extends EventMessage<?>> events) {
        var changes = new RegisterChanges(hash);
        events.stream().map(Message::getPayload).forEach(changes::add);
        removeErased(changes.erased);
        updateHolders(changes.holders);
        updateSuppressions(changes.suppressions);
        updateCodes(changes.codes, changes.erased);
    }

    private void removeErased(Set<PersonId> erased) {
        if (erased.isEmpty()) {
            return;
        }
        var ids = erased.stream().map(PersonId::value).sorted().toArray(UUID[]::new);
        jdbc.update("DELETE FROM person_identity WHERE person_id = ANY (?)", (Object) ids);
        keys.destroy(erased);
    }

    private void updateHolders(Map<String, Optional<PersonId>> holders) {
        var free = holders.entrySet().stream()
                .filter(entry -> entry.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .toArray(String[]::new);
        if (free.length > 0) {
            jdbc.update("DELETE FROM person_identity WHERE key_hash = ANY (?)", (Object) free);
        }
        var taken = holders.entrySet().stream()
                .filter(entry -> entry.getValue().isPresent())
                .toList();
        if (!taken.isEmpty()) {
            insertHolders(
                    taken.stream().map(Map.Entry::getKey).toArray(String[]::new),
                    taken.stream()
                            .map(entry -> entry.getValue().orElseThrow().value())
                            .toArray(UUID[]::new));
        }
    }

    /** An address that the person has already may be named again; one of somebody else is a race that was lost. */
    private void insertHolders(String[] keyHashes, UUID[] people) {
        var added = jdbc.update(
                "INSERT INTO person_identity (key_hash, person_id) SELECT * FROM unnest(?::text[], ?::uuid[])"
                        + " ON CONFLICT DO NOTHING",
                keyHashes,
                people);
        if (added == keyHashes.length) {
            return;
        }
        // A statement of its own: what others committed while the first one waited is seen only by the next.
        var had = jdbc.queryForObject(
                "SELECT count(*) FROM unnest(?::text[], ?::uuid[]) AS taken (key_hash, person_id)"
                        + " JOIN person_identity USING (key_hash, person_id)",
                Integer.class,
                keyHashes,
                people);
        if (had == null || had != keyHashes.length) {
            throw new DuplicateKeyException("Somebody else has one of the addresses or Salesforce ids");
        }
    }

    private void updateSuppressions(Map<AddressHash, Optional<RegisterChanges.Suppression>> suppressions) {
        var lifted = suppressions.entrySet().stream()
                .filter(entry -> entry.getValue().isEmpty())
                .map(entry -> entry.getKey().value())
                .toArray(String[]::new);
        if (lifted.length > 0) {
            jdbc.update("DELETE FROM suppression WHERE address_hash = ANY (?)", (Object) lifted);
        }
        var rows = suppressions.entrySet().stream()
                .flatMap(entry -> entry.getValue().stream().map(suppression -> new Object[] {
                    entry.getKey().value(),
                    Timestamp.from(suppression.since()),
                    suppression.reason() == null ? null : suppression.reason().name()
                }))
                .toList();
        if (!rows.isEmpty()) {
            jdbc.batchUpdate(
                    "INSERT INTO suppression (address_hash, since, reason) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                    rows);
        }
    }

    private void updateCodes(Map<PersonId, RegisterChanges.PersonCodes> codes, Set<PersonId> erased) {
        if (!codes.isEmpty()) {
            var people = List.copyOf(codes.entrySet());
            jdbc.update(
                    "INSERT INTO person_standing AS standing"
                            + " (person_id, authorization_type, source_type, subscription)"
                            + " SELECT person, authorization_type, source_type, subscription"
                            + " FROM unnest(?::uuid[], ?::text[], ?::text[], ?::text[])"
                            + " AS given (person, authorization_type, source_type, subscription)"
                            + " ON CONFLICT (person_id) DO UPDATE SET"
                            + " authorization_type = coalesce(excluded.authorization_type, standing.authorization_type),"
                            + " source_type = coalesce(excluded.source_type, standing.source_type),"
                            + " subscription = coalesce(excluded.subscription, standing.subscription)",
                    people.stream().map(one -> one.getKey().value()).toArray(UUID[]::new),
                    column(people, RegisterChanges.PersonCodes::authorization),
                    column(people, RegisterChanges.PersonCodes::source),
                    column(
                            people,
                            one -> one.subscription() == null
                                    ? null
                                    : one.subscription().name()));
        }
        if (!erased.isEmpty()) {
            var ids = erased.stream().map(PersonId::value).sorted().toArray(UUID[]::new);
            jdbc.update("UPDATE person_standing SET erased = true WHERE person_id = ANY (?)", (Object) ids);
        }
    }

    private static @Nullable String[] column(
            List<Map.Entry<PersonId, RegisterChanges.PersonCodes>> people,
            Function<RegisterChanges.PersonCodes, @Nullable String> value) {
        return people.stream().map(one -> value.apply(one.getValue())).toArray(String[]::new);
    }

    /** The first 64 bits of a hash: two addresses may share a lock, which costs a little waiting and nothing else. */
    private static long lockOf(String hash) {
        return Long.parseUnsignedLong(hash, 0, 16, 16);
    }

    /** The book at some addresses, brought up to date by the events that are about to be recorded. */
    public final class LockedIdentities implements IdentityLookup {

        private final Map<String, PersonId> holders = new HashMap<>();
        private final Set<AddressHash> suppressed = new HashSet<>();

        private final Set<String> keys;

        private LockedIdentities(Set<String> keys) {
            this.keys = keys;
        }

        /** The keyed hashes of the addresses and Salesforce ids at which the book is open. */
        public Set<String> keys() {
            return Collections.unmodifiableSet(keys);
        }

        /** Takes it that some of what it is open at has been given to people. */
        public void assume(Map<String, PersonId> given) {
            holders.putAll(given);
        }

        /** What some people have of what the book is open at. */
        public Map<String, PersonId> holdersAmong(Set<PersonId> people) {
            var theirs = new HashMap<>(holders);
            theirs.values().retainAll(people);
            return theirs;
        }

        @Override
        public AddressHash hashOf(String email) {
            return hash.ofEmail(email);
        }

        @Override
        public boolean isSuppressed(AddressHash address) {
            return suppressed.contains(address);
        }

        @Override
        public @Nullable PersonId holderOfAddress(AddressHash address) {
            return holders.get(address.value());
        }

        @Override
        public @Nullable PersonId holderOfSalesforceId(String salesforceId) {
            return holders.get(hash.ofSalesforceId(salesforceId));
        }

        /** Notes what the events change, for those who look something up after them in the same transaction. */
        public void note(Collection<?> events) {
            var changes = new RegisterChanges(hash);
            events.forEach(changes::add);
            holders.values().removeIf(changes.erased::contains);
            changes.holders.forEach((key, holder) ->
                    holder.ifPresentOrElse(person -> holders.put(key, person), () -> holders.remove(key)));
            changes.suppressions.forEach((address, suppression) -> {
                if (suppression.isPresent()) {
                    suppressed.add(address);
                } else {
                    suppressed.remove(address);
                }
            });
        }
    }
}
