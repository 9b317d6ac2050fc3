package org.consentledger.kernel.person;

import static com.fasterxml.jackson.annotation.JsonCreator.Mode.DELEGATING;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;
import org.consentledger.kernel.identifier.TimeOrderedUuid;

/**
 * The ledger's identifier of a person: the millisecond of its creation and random bits ({@link TimeOrderedUuid}). It is
 * never derived from personal data, and so it is safe in logs and URLs.
 */
public record PersonId(@JsonValue UUID value) {

    @JsonCreator(mode = DELEGATING)
    public PersonId {}

    public static PersonId random() {
        return new PersonId(TimeOrderedUuid.next());
    }

    /**
     * Parses an id.
     *
     * @throws IllegalArgumentException if the text is no UUID
     */
    public static PersonId of(String text) {
        return new PersonId(UUID.fromString(text));
    }

    /** Returns the stored aggregate identifier, which is the UUID alone. */
    @Override
    public String toString() {
        return value.toString();
    }
}
