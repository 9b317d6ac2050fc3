package org.consentledger.command.jobs;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A job as JSON; {@link Job} explains the numbers. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record JobAnswer(
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
        Starter startedBy,
        Instant startedAt,
        @Nullable Instant endedAt) {

    /** The user or application that started the job. */
    public record Starter(String id, String name) {}

    static JobAnswer of(Job job) {
        return new JobAnswer(
                job.id(),
                job.kind(),
                job.status(),
                job.dryRun(),
                job.total(),
                job.processed(),
                job.changed(),
                job.unchanged(),
                job.failed(),
                job.ignoredColumns(),
                new Starter(job.startedBy().id(), job.startedBy().name()),
                job.startedAt(),
                job.endedAt());
    }
}
