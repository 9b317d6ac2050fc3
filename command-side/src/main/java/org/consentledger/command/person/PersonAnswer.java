package org.consentledger.command.person;

import java.util.UUID;
import org.consentledger.kernel.person.CommandAnswer;
import org.springframework.http.ResponseEntity;

/** The answer to a command on a person. The ETag has the version too, for the sender's next If-Match. */
record PersonAnswer(UUID personId, long version) {

    static PersonAnswer of(CommandAnswer answer) {
        return new PersonAnswer(answer.personId().value(), answer.version());
    }

    static ResponseEntity<PersonAnswer> ok(CommandAnswer answer) {
        return ResponseEntity.ok().eTag(eTag(answer)).body(of(answer));
    }

    static String eTag(CommandAnswer answer) {
        return Long.toString(answer.version());
    }
}
