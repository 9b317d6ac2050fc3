package org.consentledger.kernel.person;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What an e-mail says, as it was asked for: before the unsubscribe link is put in.
 *
 * @param html the same in HTML, if the mail has such a part
 */
public record EmailContent(
        String subject, String text, @Nullable String html) {

    /**
     * By which a kept copy of the body can be shown to be the one that was asked for: SHA-256, in lower-case
     * hexadecimal, of the text in UTF-8, followed by a zero byte and the HTML if there is one.
     */
    public String digest() {
        try {
            var sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(text.getBytes(UTF_8));
            if (html != null) {
                sha256.update((byte) 0);
                sha256.update(html.getBytes(UTF_8));
            }
            return HexFormat.of().formatHex(sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This JVM has no SHA-256", e);
        }
    }

    /** Keeps what is written to a person out of logs. */
    @Override
    public String toString() {
        return "EmailContent[hidden]";
    }
}
