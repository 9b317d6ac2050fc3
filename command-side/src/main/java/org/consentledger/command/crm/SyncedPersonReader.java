package org.consentledger.command.crm;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.axonframework.serialization.SerializationException;
import org.consentledger.command.pipeline.People;
import org.consentledger.kernel.person.PersonId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Reads the state of people in the current transaction. A person whose state can't be read, for example because of a
 * damaged key, is missing in the result: the log names the person, and the sync continues with all others.
 */
final class SyncedPersonReader {

    private static final Logger LOG = LoggerFactory.getLogger(SyncedPersonReader.class);

    private final People people;

    SyncedPersonReader(People people) {
        this.people = people;
    }

    Map<PersonId, SyncedPerson> read(Collection<PersonId> wanted) {
        var found = new HashMap<PersonId, SyncedPerson>();
        try {
            load(wanted, found);
        } catch (SerializationException unreadable) {
            requireNoOutage(unreadable);
            wanted.forEach(id -> readAlone(id, found));
        }
        return found;
    }

    private void readAlone(PersonId id, Map<PersonId, SyncedPerson> found) {
        try {
            load(List.of(id), found);
        } catch (SerializationException unreadable) {
            requireNoOutage(unreadable);
            LOG.error("The state of person {} can't be read; the sync skips their Salesforce records", id);
        }
    }

    private void load(Collection<PersonId> wanted, Map<PersonId, SyncedPerson> found) {
        people.load(wanted, true).forEach((id, person) -> found.put(id, SyncedPerson.of(person)));
    }

    private static void requireNoOutage(SerializationException failure) {
        if (Stream.<Throwable>iterate(failure, cause -> cause != null, Throwable::getCause)
                .anyMatch(DataAccessException.class::isInstance)) {
            throw failure;
        }
    }
}
