package org.consentledger.command.registers;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.messaging.Message;
import org.consentledger.foundation.privacy.LookupHash;
import org.consentledger.foundation.privacy.PersonKeys;
import org.consentledger.foundation.store.AppendParticipant;
import org.consentledger.foundation.store.LedgerEngine;
import org.consentledger.kernel.person.AddressHash;
import org.consentledger.kernel.person.PersonId;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Keeps the state that must be unique or known across people, in PostgreSQL tables that are derived from the events:
 * {@code person_identity} (the holder of each address and Salesforce id, by keyed hash) and {@code suppression} (the
 * addresses that must not be mailed). As an {@link AppendParticipant} it updates them in the transaction that appends
 * the events, so they are never behind.
 *
 * <p>Locks, all held until the transaction ends:
 *
 * <ol>
 *   <li>{@link #lock} takes an advisory lock for each keyed hash that a command mentions, sorted by number so that two
 *       transactions can't deadlock. It guards the absence of rows: "the address is free" and "the address isn't
 *       suppressed" stay true until the events that rely on it are committed.
 *   <li>{@link #shareLock} locks a person's row in {@code person} against an opt-out and an erasure, whose append
 *       updates that row.
 *   <li>{@link #beforeAppend} locks the rows that it changes, in the order of their keys.
 * </ol>
 *
 * <p>Example: two imports register a person with the address a@example.org. Both call {@code lock}; the second waits.
 * The first finds the address free, appends and commits, which releases its lock. The second then reads the committed
 * holder and completes that person instead of registering another.
 *
 * <p>A writer that didn't lock an address loses at the primary key of {@code person_identity}: {@link #beforeAppend}
 * throws a {@link DuplicateKeyException} and its transaction is rolled back.
 */
@Component
@Order(Registers.ORDER)
public class Registers implements AppendParticipant {

    /**
     * Runs before other participants: a transaction that holds a lock on a person's row in {@code person} may wait for
     * rows that they lock, but never the other way round.
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
     * Locks the addresses and salesforceIds until the end of the transaction, and reads their holders and suppressions.
     * MUST be called within a transaction. Runs no query if both collections are empty.
     */
    public LockedIdentities lock(Collection<String> emails, Collection<String> salesforceIds) {
        var hashes = new TreeSet<String>();
        emails.forEach(email -> hashes.add(hash.ofEmail(email).value()));
        salesforceIds.forEach(id -> hashes.add(hash.ofSalesforceId(id)));
        return lock(hashes);
    }

    /** Locks addresses and salesforceIds by their keyed hashes; see {@link #lock(Collection, Collection)}. */
    public LockedIdentities lock(Set<String> hashes) {
        var identities = new LockedIdentities();
        if (hashes.isEmpty()) {
            return identities;
        }
        var wanted = hashes.toArray(String[]::new);
        var locks = hashes.stream().map(Registers::lockOf).sorted().toArray(Long[]::new);
        jdbc.query("SELECT pg_advisory_xact_lock(key) FROM unnest(?::bigint[]) AS key", row -> {}, (Object) locks);
        // A separate statement: only a new one sees what other transactions committed while this one waited for the
        // locks.
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
     * Waits for a transaction that is recording an opt-out or the erasure of the person, and blocks later ones until
     * the current transaction ends.
     */
    public void shareLock(PersonId person) {
        jdbc.query("SELECT FROM person WHERE person_id = ? FOR SHARE", row -> {}, person.value());
    }

    @Override
    public void beforeAppend(List<? extends EventMessage<?>> events) {
        var changes = new RegisterChanges(hash);
        events.stream().map(Message::getPayload).forEach(changes::add);
        removeErased(changes.erased);
        updateHolders(changes.holders);
        updateSuppressions(changes.suppressions, events);
    }

    private void removeErased(Set<PersonId> erased) {
        if (erased.isEmpty()) {
            return;
        }
        var ids = erased.stream().map(PersonId::value).sorted().toArray(UUID[]::new);
        jdbc.update("DELETE FROM person_identity WHERE person_id = ANY (?)", (Object) ids);
        keys.destroy(erased);
    }

    /** An address, and the last event that suppresses it. */
    private record Suppressed(AddressHash address, DomainEventMessage<?> event) {}

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

    /** Inserts holders. A key that the same person has already is accepted; a key of another person is a lost race. */
    private void insertHolders(String[] keyHashes, UUID[] people) {
        var added = jdbc.update(
                "INSERT INTO person_identity (key_hash, person_id) SELECT * FROM unnest(?::text[], ?::uuid[])"
                        + " ON CONFLICT DO NOTHING",
                keyHashes,
                people);
        if (added == keyHashes.length) {
            return;
        }
        // A separate statement: only a new one sees what other transactions committed while the first one waited.
        var had = jdbc.queryForObject(
                "SELECT count(*) FROM unnest(?::text[], ?::uuid[]) AS taken (key_hash, person_id)"
                        + " JOIN person_identity USING (key_hash, person_id)",
                Integer.class,
                keyHashes,
                people);
        if (had == null || had != keyHashes.length) {
            throw new DuplicateKeyException("Another person has one of the addresses or Salesforce ids");
        }
    }

    private void updateSuppressions(
            Map<AddressHash, Optional<Integer>> suppressions, List<? extends EventMessage<?>> events) {
        var lifted = suppressions.entrySet().stream()
                .filter(entry -> entry.getValue().isEmpty())
                .map(entry -> entry.getKey().value())
                .toArray(String[]::new);
        if (lifted.length > 0) {
            jdbc.update("DELETE FROM suppression WHERE address_hash = ANY (?)", (Object) lifted);
        }
        var suppressed = suppressions.entrySet().stream()
                .filter(entry -> entry.getValue().isPresent())
                .map(entry -> new Suppressed(entry.getKey(), (DomainEventMessage<?>)
                        events.get(entry.getValue().orElseThrow())))
                .toList();
        if (!suppressed.isEmpty()) {
            jdbc.update(
                    "INSERT INTO suppression (address_hash, stream, version)"
                            + " SELECT * FROM unnest(?::text[], ?::uuid[], ?::int[]) ON CONFLICT (address_hash)"
                            + " DO UPDATE SET stream = excluded.stream, version = excluded.version",
                    suppressed.stream().map(one -> one.address().value()).toArray(String[]::new),
                    suppressed.stream()
                            .map(one -> LedgerEngine.streamOf(one.event()))
                            .toArray(UUID[]::new),
                    suppressed.stream()
                            .map(one -> LedgerEngine.versionOf(one.event()))
                            .toArray(Integer[]::new));
        }
    }

    /** The first 64 bits of a hash. Two addresses that share a lock only wait for each other. */
    private static long lockOf(String hash) {
        return Long.parseUnsignedLong(hash, 0, 16, 16);
    }

    /**
     * The holders and suppressions of the locked addresses and Salesforce ids, as the transaction's own events leave
     * them.
     */
    public final class LockedIdentities implements IdentityLookup {

        private final Map<String, PersonId> holders = new HashMap<>();
        private final Set<AddressHash> suppressed = new HashSet<>();

        /** Assumes that people have some of the locked addresses and Salesforce ids, as a dry run does. */
        public void assume(Map<String, PersonId> given) {
            holders.putAll(given);
        }

        /** Returns those of the locked addresses and Salesforce ids that the given people have. */
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

        /** Forgets holders who were erased after the holders were read: what they held is free by now. */
        public void forget(Set<PersonId> erased) {
            holders.values().removeIf(erased::contains);
        }

        /** Applies events, so that later lookups in the same transaction see them. */
        public void note(Collection<?> events) {
            var changes = new RegisterChanges(hash);
            events.forEach(changes::add);
            forget(changes.erased);
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
