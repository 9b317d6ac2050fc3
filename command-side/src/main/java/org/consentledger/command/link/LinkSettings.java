package org.consentledger.command.link;

import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the unsubscribe links.
 *
 * @param keys base64 of 32 random bytes each. The first signs, all verify. A link whose key is removed stops working
 * @param baseUrl the public address of the ledger: the part before {@code /u/} in a link
 * @param answeredAfter least time until an opt-out by a link is answered. It should exceed the time that recording
 *     takes, so that the duration does not reveal whether the person is known
 */
@ConfigurationProperties("ledger.links")
record LinkSettings(
        List<String> keys,
        URI baseUrl,
        @DefaultValue("250ms") Duration answeredAfter) {

    LinkSettings {
        if (keys == null || keys.isEmpty()) {
            throw new IllegalArgumentException("ledger.links.keys is missing: set it to base64 of 32 random bytes");
        }
        keys.forEach(LinkSettings::requireKey);
        if (baseUrl == null
                || baseUrl.getHost() == null
                || baseUrl.getRawQuery() != null
                || baseUrl.getRawFragment() != null
                || !("https".equals(baseUrl.getScheme()) || "http".equals(baseUrl.getScheme()))) {
            throw new IllegalArgumentException(
                    "ledger.links.base-url must be set to an address that begins with https://");
        }
        if (answeredAfter.isNegative()) {
            throw new IllegalArgumentException("ledger.links.answered-after must not be negative");
        }
    }

    private static void requireKey(String key) {
        try {
            if (Base64.getDecoder().decode(key).length == 32) {
                return;
            }
        } catch (IllegalArgumentException notBase64) {
            throw new IllegalArgumentException("ledger.links.keys must be base64");
        }
        throw new IllegalArgumentException("each of ledger.links.keys must hold 32 bytes");
    }

    /** The base without a slash at its end. */
    String base() {
        var text = baseUrl.toString();
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    /** Keeps the keys out of logs and error pages. */
    @Override
    public String toString() {
        return "LinkSettings[hidden]";
    }
}
