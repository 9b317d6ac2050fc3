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
 * Settings of the identity provider.
 *
 * @param issuer the issuer of the tokens, and the address under which browsers and clients reach the ledger
 * @param tokenLifetime the lifetime of an access token
 * @param furtherPages the base addresses of pages that run as separate programs and sign their users in here
 */
@Validated
@ConfigurationProperties("ledger")
record IssuerSettings(
        @NotNull URI issuer,
        @DefaultValue("1h") Duration tokenLifetime,
        @DefaultValue List<URI> furtherPages) {

    /** The addresses of all pages. */
    List<URI> pages() {
        return Stream.concat(Stream.of(issuer), furtherPages.stream()).toList();
    }
}
