package org.consentledger.command.jobs;

import java.util.List;
import java.util.UUID;
import org.consentledger.kernel.provenance.Provenance;
import org.jspecify.annotations.Nullable;

/**
 * A job to add.
 *
 * @param key encrypts all personal data of the job
 * @param request the work to do, in a form that the kind's {@link Workload} reads
 */
public record NewJob(
        UUID id,
        JobKind kind,
        boolean dryRun,
        long total,
        @Nullable List<String> ignoredColumns,
        Provenance provenance,
        JobKey key,
        String request) {}
