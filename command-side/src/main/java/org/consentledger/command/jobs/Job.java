package org.consentledger.command.jobs;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.consentledger.kernel.provenance.Actor;
import org.consentledger.kernel.provenance.Provenance;
import org.jspecify.annotations.Nullable;

/**
 * An import or a bulk operation with its progress.
 *
 * @param total the number of items (rows or people)
 * @param processed the number of items that have a result; the sum of the next three
 * @param changed the items for which something was recorded, or would have been in a dry run
 * @param unchanged the items that were in the requested state already
 * @param failed the items that could not be carried out
 * @param ignoredColumns the columns of an imported file that are not read; null for a bulk operation
 */
public record Job(
        UUID id,
        JobKind kind,
        JobStatus status,
        boolean dryRun,
        long total,
        long processed,
        long changed,
        long unchanged,
        long failed,
        @Nullable List<String> ignoredColumns,
        Actor startedBy,
        String correlationId,
        Instant startedAt,
        @Nullable Instant endedAt) {

    /** Returns the provenance of the events that the job records. */
    public Provenance provenance() {
        return new Provenance(startedBy, kind.via(), correlationId, id.toString());
    }
}
