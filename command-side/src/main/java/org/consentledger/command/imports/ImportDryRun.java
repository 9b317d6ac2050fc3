package org.consentledger.command.imports;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.consentledger.command.jobs.JobKey;
import org.consentledger.command.person.Person;
import org.consentledger.command.pipeline.Changes;
import org.consentledger.command.pipeline.LedgerPeople;
import org.consentledger.command.pipeline.People;
import org.consentledger.command.registers.Registers.LockedIdentities;
import org.consentledger.kernel.person.PersonId;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.json.JsonMapper;

/**
 * The people as the dry run of an import has left them so far: each chunk sees what the chunks before it would have
 * changed, and records nothing. The states of changed people are kept in PostgreSQL until the dry run ends, encrypted
 * under the key of its job, because they are personal data.
 */
final class ImportDryRun implements People {

    private static final JsonMapper STATES = JsonMapper.shared();

    private final LedgerPeople ledger;
    private final JdbcTemplate jdbc;
    private final UUID job;
    private final JobKey key;

    ImportDryRun(LedgerPeople ledger, JdbcTemplate jdbc, UUID job, JobKey key) {
        this.ledger = ledger;
        this.jdbc = jdbc;
        this.job = job;
        this.key = key;
    }

    @Override
    public LockedIdentities lock(Set<String> keys) {
        var identities = ledger.lock(keys);
        identities.assume(holders(keys));
        return identities;
    }

    @Override
    public Map<PersonId, Person> load(Collection<PersonId> people, boolean withContact) {
        var loaded = new HashMap<>(ledger.load(people, withContact));
        states(people).forEach((id, state) -> loaded.put(id, STATES.readValue(state, Person.class)));
        return loaded;
    }

    @Override
    public void append(Changes changes) {
        var states = new HashMap<PersonId, byte[]>();
        changes.changed().forEach(id -> states.put(id, STATES.writeValueAsBytes(changes.person(id))));
        keep(changes.identities().holdersAmong(states.keySet()), states);
    }

    private Map<String, PersonId> holders(Collection<String> keyHashes) {
        var holders = new HashMap<String, PersonId>();
        jdbc.query(
                "SELECT key_hash, person_id FROM job_key"
                        + " WHERE job_id = ? AND key_hash = ANY (?) AND person_id IS NOT NULL",
                row -> {
                    holders.put(row.getString(1), new PersonId(row.getObject(2, UUID.class)));
                },
                job,
                keyHashes.toArray(String[]::new));
        return holders;
    }

    private Map<PersonId, byte[]> states(Collection<PersonId> people) {
        var states = new HashMap<PersonId, byte[]>();
        jdbc.query(
                "SELECT person_id, state FROM job_rehearsal WHERE job_id = ? AND person_id = ANY (?)",
                row -> {
                    var person = new PersonId(row.getObject(1, UUID.class));
                    states.put(person, key.open(part(person), row.getBytes(2)));
                },
                job,
                people.stream().map(PersonId::value).toArray(UUID[]::new));
        return states;
    }

    private void keep(Map<String, PersonId> holders, Map<PersonId, byte[]> states) {
        var given = List.copyOf(holders.entrySet());
        jdbc.update(
                "UPDATE job_key SET person_id = given.person_id FROM unnest(?::text[], ?::uuid[])"
                        + " AS given (key_hash, person_id) WHERE job_id = ? AND job_key.key_hash = given.key_hash",
                given.stream().map(Map.Entry::getKey).toArray(String[]::new),
                given.stream().map(entry -> entry.getValue().value()).toArray(UUID[]::new),
                job);
        jdbc.batchUpdate(
                "INSERT INTO job_rehearsal (job_id, person_id, state) VALUES (?, ?, ?)"
                        + " ON CONFLICT (job_id, person_id) DO UPDATE SET state = excluded.state",
                states.entrySet().stream()
                        .map(entry -> new Object[] {
                            job, entry.getKey().value(), key.seal(part(entry.getKey()), entry.getValue())
                        })
                        .toList());
    }

    private static String part(PersonId person) {
        return "rehearsal:" + person;
    }
}
