package org.consentledger.command.person;

import java.time.Instant;
import org.consentledger.kernel.person.Authorization;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.PersonCommand;
import org.consentledger.kernel.person.Source;
import org.jspecify.annotations.Nullable;

/** One item of a chunk. All of it takes effect or nothing; only its opt-out counts in any case. */
public sealed interface ChunkItem {

    /** A command on one person. */
    record Single(PersonCommand command) implements ChunkItem {}

    /**
     * Contact data without a person id. The person who has one of the addresses or the salesforceId is completed; if
     * there is no such person, a new one is registered.
     *
     * @param fillsGapsOnly whether texts that are known already stay as they are
     * @param source the source of a new person
     * @param authorization the legal basis of a person who has none
     * @param optedOut whether the person must not be mailed; recorded also where a rule refuses the rest
     */
    record RegisterOrComplete(
            ContactData contact,
            boolean fillsGapsOnly,
            Source source,
            @Nullable Authorization authorization,
            boolean optedOut,
            Instant at)
            implements ChunkItem {

        /** Creates an item whose texts replace known ones. */
        public RegisterOrComplete(
                ContactData contact,
                Source source,
                @Nullable Authorization authorization,
                boolean optedOut,
                Instant at) {
            this(contact, false, source, authorization, optedOut, at);
        }

        OptOutByContact optOut() {
            return OptOutByContact.of(contact, at);
        }
    }
}
