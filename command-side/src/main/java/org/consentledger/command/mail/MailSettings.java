package org.consentledger.command.mail;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings for writing and sending e-mails. The mail server is configured in Spring's {@code spring.mail}.
 *
 * @param from the sender, an address with or without a name; required if a mail server is configured
 * @param unsubscribeMessage the text that is appended to a body without a place for the link; the link replaces <code>
 *     {{unsubscribe}}</code> in it
 * @param unsubscribeLabel the text of the link in HTML
 * @param atOnce the maximum number of mails that one process sends concurrently
 * @param pollInterval the interval between searches for mails that other processes have accepted or that are due again
 * @param lease the time after which a sender that has not renewed its lease counts as dead
 * @param firstRetry the pause after the first temporary failure; each further pause is twice as long
 * @param longestRetry the maximum pause
 * @param giveUpAfter the time after which a mail is no longer retried
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

    /** Returns the pause before the next attempt. */
    Duration pauseAfter(int attempts) {
        var doubled = firstRetry.multipliedBy(1L << Math.clamp(attempts - 1L, 0, 20));
        return doubled.compareTo(longestRetry) > 0 ? longestRetry : doubled;
    }
}
