package org.consentledger.command.jobs;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.consentledger.kernel.provenance.Actor;
import org.consentledger.kernel.provenance.Provenance;
import org.jspecify.annotations.Nullable;

/**
 * An import or a bulk operation, as it stands.
 *
 * @param total how many rows or people it is about
 * @param processed for how many of them it is done; the sum of the next three
 * @param changed for how many something was recorded, or would have been in a dry run
 * @param unchanged how many were as asked already
 * @param failed how many could not be done
 * @param ignoredColumns the columns of an imported file that are not read; absent for a bulk operation
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

    /** What the events that the job leads to say of their coming about. */
    public Provenance provenance() {
        return new Provenance(startedBy, kind.via(), correlationId, id.toString());
    }
}
