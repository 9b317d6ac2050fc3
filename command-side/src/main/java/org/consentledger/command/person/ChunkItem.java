package org.consentledger.command.person;

import java.time.Instant;
import org.consentledger.kernel.person.Authorization;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.PersonCommand;
import org.consentledger.kernel.person.Source;
import org.jspecify.annotations.Nullable;

/** One of the things that a chunk asks: all of it is done, or nothing of it but an opt-out. */
public sealed interface ChunkItem {

    /** A command like any other. */
    record Single(PersonCommand command) implements ChunkItem {}

    /**
     * Somebody of whom only contact data is known: the person who has one of the addresses or the salesforceId is
     * completed, a new one is registered where nobody has any.
     *
     * @param fillsGapsOnly whether texts that are known already stay as they are
     * @param source how the data came, for somebody new
     * @param authorization the legal basis, for somebody who has none
     * @param optedOut whether they must not be mailed; that counts also where a rule refuses all else
     */
    record RegisterOrComplete(
            ContactData contact,
            boolean fillsGapsOnly,
            Source source,
            @Nullable Authorization authorization,
            boolean optedOut,
            Instant at)
            implements ChunkItem {

        /** What is said now counts, also where something else is known. */
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
