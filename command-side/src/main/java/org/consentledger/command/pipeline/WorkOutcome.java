package org.consentledger.command.pipeline;

import org.consentledger.kernel.person.CommandAnswer;
import org.consentledger.kernel.person.CommandRejected;
import org.jspecify.annotations.Nullable;

/** The outcome of one {@link Request}. */
public sealed interface WorkOutcome {

    /**
     * Events were recorded.
     *
     * @param to the answer about the last person who was changed; null if the work was about addresses only
     */
    record Changed(@Nullable CommandAnswer to) implements WorkOutcome {}

    /**
     * The ledger was in the requested state already.
     *
     * @param to the answer about the person; null if the work was about no person
     */
    record Unchanged(@Nullable CommandAnswer to) implements WorkOutcome {}

    /** A rule didn't allow the work, and nothing was recorded. */
    record Refused(CommandRejected rejection) implements WorkOutcome {}

    /**
     * Returns the answer to the sender; null if the work was about no person.
     *
     * @throws CommandRejected if a rule didn't allow the work
     */
    default @Nullable CommandAnswer answer() {
        return switch (this) {
            case Changed changed -> changed.to();
            case Unchanged unchanged -> unchanged.to();
            case Refused refused -> throw refused.rejection();
        };
    }
}
