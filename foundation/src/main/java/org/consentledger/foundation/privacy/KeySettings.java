package org.consentledger.foundation.privacy;

import java.util.Base64;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The secrets of a ledger. They come from the environment and have no defaults: without them the ledger doesn't start.
 *
 * @param encryptionKey wraps the keys of all people; base64 of 32 random bytes
 * @param previousEncryptionKeys earlier values of {@code encryptionKey}, which unwrap the keys that they wrapped
 * @param lookupSecret the key of the hashes by which addresses are found; base64 of 32 random bytes. It MUST NOT
 *     change, because every suppression would be lost
 */
@ConfigurationProperties("ledger.keys")
public record KeySettings(
        String encryptionKey, @DefaultValue List<String> previousEncryptionKeys, String lookupSecret) {

    public KeySettings {
        requireKey("ledger.keys.encryption-key", encryptionKey);
        requireKey("ledger.keys.lookup-secret", lookupSecret);
        previousEncryptionKeys.forEach(key -> requireKey("ledger.keys.previous-encryption-keys", key));
    }

    private static void requireKey(String setting, String text) {
        if (text == null || text.isBlank()) {
            throw new IllegalArgumentException(setting + " is missing: set it to base64 of 32 random bytes");
        }
        byte[] key;
        try {
            key = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException notBase64) {
            throw new IllegalArgumentException(setting + " is not base64");
        }
        if (key.length != 32) {
            throw new IllegalArgumentException(setting + " must hold 32 bytes");
        }
    }

    /** Keeps the secrets out of logs and error pages. */
    @Override
    public String toString() {
        return "KeySettings[hidden]";
    }
}
