package org.consentledger.command.jobs;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The result of one item: a row or a person. */
public sealed interface ItemResult {

    /** Something was recorded, or would have been in a dry run. */
    record Changed() implements ItemResult {}

    /** The person was in the requested state already. */
    record Unchanged() implements ItemResult {}

    /**
     * The item could not be carried out.
     *
     * @param line the line of the item in the file, if it comes from one
     * @param column the name of the column at fault, if there is one
     * @param person the person, if known
     * @param reason in words for the user, without personal data
     */
    record Failed(
            @Nullable Long line,
            @Nullable String column,
            @Nullable UUID person,
            String reason) implements ItemResult {}
}
