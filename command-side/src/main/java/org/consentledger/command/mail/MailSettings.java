package org.consentledger.command.mail;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How e-mails are made and sent. The mail server itself is said in Spring's own {@code spring.mail} settings.
 *
 * @param from whom they come from, an address with or without a name; without it none is sent
 * @param unsubscribeMessage what stands around the link where it is appended; the link takes the place of <code>
 *     {{unsubscribe}}</code>
 * @param unsubscribeLabel what the link is called in HTML
 * @param atOnce so many are sent at once by one process
 * @param pollInterval how often to look for e-mails that other processes have accepted, or that are due again
 * @param lease how long after its last sign of life a sender counts as dead
 * @param firstRetry how long to wait after the first failure that may pass; twice as long after each further one
 * @param longestRetry how long to wait at most
 * @param giveUpAfter how long to try
 */
@ConfigurationProperties("ledger.mail")
record MailSettings(
        @Nullable String from,
        String unsubscribeMessage,
        String unsubscribeLabel,
        @DefaultValue("4") int atOnce,
        @DefaultValue("2s") Duration pollInterval,
        @DefaultValue("1m") Duration lease,
        @DefaultValue("1m") Duration firstRetry,
        @DefaultValue("1h") Duration longestRetry,
        @DefaultValue("2d") Duration giveUpAfter) {

    MailSettings {
        if (unsubscribeMessage == null || !unsubscribeMessage.contains(Placeholder.TEXT)) {
            throw new IllegalArgumentException("ledger.mail.unsubscribe-message must contain " + Placeholder.TEXT);
        }
        if (unsubscribeLabel == null || unsubscribeLabel.isBlank()) {
            throw new IllegalArgumentException("ledger.mail.unsubscribe-label must not be blank");
        }
    }

    /** How long to wait after so many attempts. */
    Duration pauseAfter(int attempts) {
        var doubled = firstRetry.multipliedBy(1L << Math.clamp(attempts - 1L, 0, 20));
        return doubled.compareTo(longestRetry) > 0 ? longestRetry : doubled;
    }
}
