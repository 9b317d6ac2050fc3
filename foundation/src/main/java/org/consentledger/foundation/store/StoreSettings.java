package org.consentledger.foundation.store;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the store is read.
 *
 * @param pollInterval how soon a reader sees what another process has appended
 * @param pageSize how many events a reader fetches at once
 * @param cachedEvents how many of the latest events are kept at hand: readers that are no further behind share them,
 *     and each is decrypted once
 */
@ConfigurationProperties("ledger.store")
public record StoreSettings(
        @DefaultValue("50ms") Duration pollInterval,
        @DefaultValue("1000") int pageSize,
        @DefaultValue("5000") int cachedEvents) {}
