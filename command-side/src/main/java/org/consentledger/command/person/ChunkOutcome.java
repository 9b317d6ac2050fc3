package org.consentledger.command.person;

import org.consentledger.kernel.person.CommandRejected;
import org.consentledger.kernel.person.PersonId;

/** What became of one {@link ChunkItem}. */
public sealed interface ChunkOutcome {

    /** Something was recorded. */
    record Changed(PersonId person, long version) implements ChunkOutcome {}

    /** It had been said before. */
    record Unchanged(PersonId person, long version) implements ChunkOutcome {}

    /** A rule didn't allow it. */
    record Refused(CommandRejected rejection) implements ChunkOutcome {}
}
