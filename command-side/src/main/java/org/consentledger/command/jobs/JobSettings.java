package org.consentledger.command.jobs;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.consentledger.command.gateway.Idempotency;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * The settings of jobs.
 *
 * @param chunkSize the number of items (rows or people) in a transaction
 * @param atOnce the number of jobs that a process runs at the same time
 * @param pollInterval the time between two polls for jobs that other processes have queued or left behind
 * @param lease the time after which a process that has not renewed its lease is taken for dead
 * @param uploadLimit the largest file that can be imported
 * @param keepFor how long an ended job can be shown; MUST be longer than an Idempotency-Key is kept
 */
@Validated
@ConfigurationProperties("ledger.jobs")
public record JobSettings(
        @DefaultValue("250") @Min(1) @Max(5000) int chunkSize,
        @DefaultValue("2") @Min(1) int atOnce,
        @DefaultValue("1s") Duration pollInterval,
        @DefaultValue("30s") Duration lease,
        @DefaultValue("200MB") DataSize uploadLimit,
        @DefaultValue("90d") Duration keepFor) {

    public JobSettings {
        if (keepFor.compareTo(Idempotency.KEPT_FOR) <= 0) {
            throw new IllegalArgumentException("ledger.jobs.keep-for must be longer than 7 days");
        }
    }
}
