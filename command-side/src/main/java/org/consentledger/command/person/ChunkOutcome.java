package org.consentledger.command.person;

import org.consentledger.kernel.person.CommandAnswer;
import org.consentledger.kernel.person.CommandRejected;
import org.consentledger.kernel.person.EmailRefusal;
import org.consentledger.kernel.person.PersonId;
import org.jspecify.annotations.Nullable;

/** The outcome of one {@link ChunkItem}. */
public sealed interface ChunkOutcome {

    /**
     * Events were recorded.
     *
     * @param refusal the reason why an e-mail must not be sent, if that is what was recorded
     */
    record Changed(PersonId person, long version, @Nullable EmailRefusal refusal) implements ChunkOutcome {

        /** Events were recorded, and none of them is a refusal. */
        public Changed(PersonId person, long version) {
            this(person, version, null);
        }
    }

    /** The person was in the requested state already. */
    record Unchanged(PersonId person, long version) implements ChunkOutcome {}

    /** A rule didn't allow the item. */
    record Refused(CommandRejected rejection) implements ChunkOutcome {}

    /**
     * Returns the answer to the sender.
     *
     * @throws CommandRejected if a rule didn't allow the item
     */
    default CommandAnswer answer() {
        return switch (this) {
            case Changed changed -> new CommandAnswer(changed.person(), changed.version(), changed.refusal());
            case Unchanged unchanged -> new CommandAnswer(unchanged.person(), unchanged.version());
            case Refused refused -> throw refused.rejection();
        };
    }
}
