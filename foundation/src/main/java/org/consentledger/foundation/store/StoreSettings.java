package org.consentledger.foundation.store;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the event store's readers.
 *
 * @param pollInterval the interval at which a reader looks for events that another process has appended
 * @param pageSize the number of events that a reader fetches with one query
 * @param cachedEvents the number of the latest events that are cached. Readers that lag by no more than this share the
 *     cache, and each event is decrypted once
 */
@ConfigurationProperties("ledger.store")
public record StoreSettings(
        @DefaultValue("50ms") Duration pollInterval,
        @DefaultValue("1000") int pageSize,
        @DefaultValue("5000") int cachedEvents) {}
