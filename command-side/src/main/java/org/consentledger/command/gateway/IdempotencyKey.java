package org.consentledger.command.gateway;

/**
 * The sender's name for one request, by which a repeated request is recognised.
 *
 * @param sender the id of the sender; two senders may use the same key
 * @param key as sent in {@code Idempotency-Key}
 * @param fingerprint a keyed hash of method, path and body; another request under the same key is an error
 */
public record IdempotencyKey(String sender, String key, String fingerprint) {

    /** Returns the key without the fingerprint. Two requests with the same name must not run at the same time. */
    public Object name() {
        return new Name(sender, key);
    }

    private record Name(String sender, String key) {}
}
