package org.consentledger.query.readmodel;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the read models.
 *
 * @param segments how many segments share the work on one model; counts when the tokens of the model are created
 * @param batchSize the most events in one batch of the live event handler
 * @param rebuildPageSize the most events in one batch of a rebuild
 * @param deadLetterRetry the interval between retries of the dead letters
 */
@ConfigurationProperties("ledger.read-models")
record ReadModelSettings(
        @DefaultValue("2") int segments,
        @DefaultValue("500") int batchSize,
        @DefaultValue("1000") int rebuildPageSize,
        @DefaultValue("30s") Duration deadLetterRetry) {}
