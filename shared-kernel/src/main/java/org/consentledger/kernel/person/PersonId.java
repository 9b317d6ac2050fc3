package org.consentledger.kernel.person;

import static com.fasterxml.jackson.annotation.JsonCreator.Mode.DELEGATING;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;
import org.consentledger.kernel.identifier.TimeOrderedUuid;

/**
 * Our own name for a person: random but for the moment of its making, never derived from personal data, and so safe to
 * log and to show in a URL.
 */
public record PersonId(@JsonValue UUID value) {

    @JsonCreator(mode = DELEGATING)
    public PersonId {}

    public static PersonId random() {
        return new PersonId(TimeOrderedUuid.next());
    }

    /**
     * The id that a text spells.
     *
     * @throws IllegalArgumentException if the text is no UUID
     */
    public static PersonId of(String text) {
        return new PersonId(UUID.fromString(text));
    }

    /** The stored aggregate identifier: exactly the UUID, nothing around it. */
    @Override
    public String toString() {
        return value.toString();
    }
}
