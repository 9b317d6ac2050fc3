package org.consentledger.command.person;

import java.util.Map;
import org.consentledger.kernel.person.PersonId;

/**
 * People who were loaded ahead of their transaction. {@link ChunkHandler#handle} detects if one of them has changed
 * since.
 */
public final class KnownPeople {

    public static final KnownPeople NONE = new KnownPeople(Map.of());

    private final Map<PersonId, Person> people;

    KnownPeople(Map<PersonId, Person> people) {
        this.people = Map.copyOf(people);
    }

    Map<PersonId, Person> people() {
        return people;
    }
}
