package org.consentledger.standalone.issuer;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How tokens are handed out.
 *
 * @param issuer the name that tokens bear, and the address under which browsers and clients reach the ledger
 * @param tokenLifetime how long an access token is good for
 * @param signInLimit how many token requests and sign-ins one remote address may make
 */
@Validated
@ConfigurationProperties("ledger")
record IssuerSettings(
        @NotNull URI issuer,
        @DefaultValue("1h") Duration tokenLifetime,
        @Valid @DefaultValue SignInLimit signInLimit) {

    /**
     * A budget that fills up again evenly.
     *
     * @param requests the size of the budget
     * @param per the time in which it fills up from empty
     */
    record SignInLimit(
            @Positive @DefaultValue("120") int requests,
            @DefaultValue("1m") Duration per) {}
}
