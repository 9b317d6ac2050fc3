package org.consentledger.command.jobs;

import java.util.List;
import java.util.UUID;
import org.consentledger.kernel.provenance.Provenance;
import org.jspecify.annotations.Nullable;

/**
 * A job to be.
 *
 * @param key under which everything personal of the job is kept
 * @param request what is to be done, in a form that the kind's workload understands
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
