package org.consentledger.standalone.issuer;

import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How tokens are handed out.
 *
 * @param issuer the name that tokens bear, and the address under which browsers and clients reach the ledger
 * @param tokenLifetime how long an access token is good for
 * @param furtherPages the base addresses of pages that run as programs of their own and sign their users in here
 */
@Validated
@ConfigurationProperties("ledger")
record IssuerSettings(
        @NotNull URI issuer,
        @DefaultValue("1h") Duration tokenLifetime,
        @DefaultValue List<URI> furtherPages) {

    /** Every address under which there are pages. */
    List<URI> pages() {
        return Stream.concat(Stream.of(issuer), furtherPages.stream()).toList();
    }
}
