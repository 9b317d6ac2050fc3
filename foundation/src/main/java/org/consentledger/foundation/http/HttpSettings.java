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
 * Size and rate limits of the HTTP API.
 *
 * @param bodyLimit the maximum size of a body
 * @param bodyLimits other limits for single paths
 * @param streamedPaths paths whose controllers read uploads as a stream and limit the size themselves
 * @param limitedPaths paths without a token, with a rate limit for each address
 * @param limitedRequestsPerMinute the limit of {@code limitedPaths} and {@code clientPaths}, in requests per minute
 * @param clientPaths paths without a token where clients name themselves: the limit holds for each client at each
 *     address, and ten times the limit for all clients at one address
 * @param linkRequestsPerMinute the limit of each address on unsubscribe links. It is high, because mailbox providers
 *     post the opt-outs of all their users from few addresses
 * @param apiRequestsPerMinute the limit of each token's subject
 * @param refusedTokensPerMinute the number of invalid tokens that each address may present per minute
 * @param webClient the client id of the web pages: their requests are recorded as made by hand
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
