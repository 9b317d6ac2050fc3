package org.consentledger.kernel.person;

import static com.fasterxml.jackson.annotation.JsonCreator.Mode.DELEGATING;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * A keyed hash (HMAC-SHA-256, lower-case hexadecimal) of an e-mail address in its {@linkplain EmailAddress comparable
 * form}. Without the secret the hash can't be traced to a person. So the ledger may keep it after the person's data is
 * erased, and still keep the address from being mailed.
 */
public record AddressHash(@JsonValue String value) {

    @JsonCreator(mode = DELEGATING)
    public AddressHash {}

    @Override
    public String toString() {
        return value;
    }
}
