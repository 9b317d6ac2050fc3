package org.consentledger.foundation.http;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How much the HTTP doors take.
 *
 * @param bodyLimit the largest body
 * @param bodyLimits other limits for single paths
 * @param streamedPaths paths that take uploads of any size, and count them themselves
 * @param limitedPaths paths without a token, where each address may ask only so often
 * @param limitedRequestsPerMinute how often that is
 * @param clientPaths paths without a token where clients name themselves: there it is each client at each address, and
 *     ten of them at one
 * @param linkRequestsPerMinute how often each address may ask for unsubscribe links; mailbox providers post the
 *     opt-outs of all their readers from few addresses
 * @param apiRequestsPerMinute how often the holder of one token may ask
 * @param refusedTokensPerMinute how many tokens that are no good one address may show
 * @param webClient the client id by which the web pages are known: what comes through it was done by hand
 */
@Validated
@ConfigurationProperties("ledger.http")
record HttpSettings(
        @DefaultValue("1MB") @NotNull DataSize bodyLimit,
        @DefaultValue @NotNull Map<String, DataSize> bodyLimits,
        @DefaultValue("/api/imports") @NotNull List<String> streamedPaths,
        @DefaultValue @NotNull List<String> limitedPaths,
        @DefaultValue("120") @Min(1) int limitedRequestsPerMinute,
        @DefaultValue @NotNull List<String> clientPaths,
        @DefaultValue("6000") @Min(1) int linkRequestsPerMinute,
        @DefaultValue("600000") @Min(1) int apiRequestsPerMinute,
        @DefaultValue("60") @Min(1) int refusedTokensPerMinute,
        @DefaultValue("web") @NotNull String webClient) {}
