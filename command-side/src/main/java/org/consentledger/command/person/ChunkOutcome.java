package org.consentledger.command.person;

import org.consentledger.kernel.person.CommandAnswer;
import org.consentledger.kernel.person.CommandRejected;
import org.consentledger.kernel.person.EmailRefusal;
import org.consentledger.kernel.person.PersonId;
import org.jspecify.annotations.Nullable;

/** What became of one {@link ChunkItem}. */
public sealed interface ChunkOutcome {

    /**
     * Something was recorded.
     *
     * @param refusal why an e-mail must not be sent, where that is what was recorded
     */
    record Changed(PersonId person, long version, @Nullable EmailRefusal refusal) implements ChunkOutcome {

        /** Something else than a refusal was recorded. */
        public Changed(PersonId person, long version) {
            this(person, version, null);
        }
    }

    /** It had been said before. */
    record Unchanged(PersonId person, long version) implements ChunkOutcome {}

    /** A rule didn't allow it. */
    record Refused(CommandRejected rejection) implements ChunkOutcome {}

    /**
     * The answer to who asked.
     *
     * @throws CommandRejected if a rule didn't allow it
     */
    default CommandAnswer answer() {
        return switch (this) {
            case Changed changed -> new CommandAnswer(changed.person(), changed.version(), changed.refusal());
            case Unchanged unchanged -> new CommandAnswer(unchanged.person(), unchanged.version());
            case Refused refused -> throw refused.rejection();
        };
    }
}
