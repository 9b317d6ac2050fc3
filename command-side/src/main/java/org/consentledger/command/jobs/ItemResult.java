package org.consentledger.command.jobs;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What came of one row or person. */
public sealed interface ItemResult {

    /** Something was recorded, or would have been in a dry run. */
    record Changed() implements ItemResult {}

    /** It was as asked already. */
    record Unchanged() implements ItemResult {}

    /**
     * It could not be done.
     *
     * @param line where in the file it stands
     * @param column the name of the column that is to blame, if it is one
     * @param person whom it is about, if that is known
     * @param reason in words for the user, without personal data
     */
    record Failed(
            @Nullable Long line,
            @Nullable String column,
            @Nullable UUID person,
            String reason) implements ItemResult {}
}
