package org.consentledger.command.person;

import java.util.Map;
import org.consentledger.kernel.person.PersonId;

/** People as they were a moment ago. {@link ChunkHandler#handle} finds out if one of them has moved on since. */
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
