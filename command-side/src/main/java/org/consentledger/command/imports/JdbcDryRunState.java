package org.consentledger.command.imports;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.consentledger.command.jobs.JobKey;
import org.consentledger.command.person.DryRunState;
import org.consentledger.kernel.person.PersonId;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Stores the state that the dry run of an import has reached, in PostgreSQL and encrypted under the key of its job.
 * Later chunks of the same dry run read it.
 */
final class JdbcDryRunState implements DryRunState {

    private final JdbcTemplate jdbc;
    private final UUID job;
    private final JobKey key;

    JdbcDryRunState(JdbcTemplate jdbc, UUID job, JobKey key) {
        this.jdbc = jdbc;
        this.job = job;
        this.key = key;
    }

    @Override
    public Map<String, PersonId> holders(Collection<String> keyHashes) {
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

    @Override
    public Map<PersonId, byte[]> states(Collection<PersonId> people) {
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

    @Override
    public void keep(Map<String, PersonId> holders, Map<PersonId, byte[]> states) {
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
