package org.consentledger.command.gateway;

/**
 * The sender's name for one request, so that asking again does nothing again.
 *
 * @param sender whose name it is; two senders may use the same key
 * @param key as sent in {@code Idempotency-Key}
 * @param fingerprint a keyed hash of method, path and body: what makes another request under the same key a mistake
 */
public record IdempotencyKey(String sender, String key, String fingerprint) {

    /** The key without the request: what no two requests at a time may bear. */
    public Object name() {
        return new Name(sender, key);
    }

    private record Name(String sender, String key) {}
}
