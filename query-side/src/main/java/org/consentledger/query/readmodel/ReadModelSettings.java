package org.consentledger.query.readmodel;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the read models are kept current.
 *
 * @param segments into how many parts the work on one model can be divided; counts when its tokens are made
 * @param batchSize how many events are written with one bulk
 * @param rebuildPageSize the same, for a rebuild
 * @param deadLetterRetry how often what failed is tried again
 */
@ConfigurationProperties("ledger.read-models")
record ReadModelSettings(
        @DefaultValue("2") int segments,
        @DefaultValue("500") int batchSize,
        @DefaultValue("1000") int rebuildPageSize,
        @DefaultValue("30s") Duration deadLetterRetry) {}
