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
 * How jobs are carried out.
 *
 * @param chunkSize how many rows or people share a transaction
 * @param atOnce how many jobs this process works on at once
 * @param pollInterval how soon a job is taken on that another process was asked for, or has left behind
 * @param lease how long a process that doesn't move is taken to be alive
 * @param uploadLimit the largest file that can be imported
 * @param keepFor how long a job that has ended can be looked at; longer than an Idempotency-Key is kept
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
