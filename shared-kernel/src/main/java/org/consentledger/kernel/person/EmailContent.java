package org.consentledger.kernel.person;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The content of an e-mail as the caller sent it, before the unsubscribe link is inserted.
 *
 * @param html the text in HTML, if the e-mail has an HTML part
 */
public record EmailContent(
        String subject, String text, @Nullable String html) {

    /**
     * Returns the SHA-256, in lower-case hexadecimal, of the text in UTF-8, followed by a zero byte and the HTML if
     * there is one. A caller that keeps a copy of the body proves with it that the copy is the body that was requested.
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

    /** Hides the content, which is personal data, from logs. */
    @Override
    public String toString() {
        return "EmailContent[hidden]";
    }
}
