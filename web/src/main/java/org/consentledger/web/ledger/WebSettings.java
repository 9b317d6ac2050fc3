package org.consentledger.web.ledger;

import java.net.URI;
import java.time.LocalDate;
import java.time.ZoneId;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the pages find the ledger.
 *
 * @param commandsUrl the base address of the command side
 * @param queriesUrl the base address of the query side
 * @param timeZone in which the pages name instants and days
 */
@ConfigurationProperties("ledger.web")
public record WebSettings(
        URI commandsUrl,
        URI queriesUrl,
        @DefaultValue("UTC") ZoneId timeZone) {

    /** Returns the current day in the time zone of the pages. */
    public LocalDate today() {
        return LocalDate.now(timeZone);
    }
}
