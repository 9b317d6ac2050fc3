package org.consentledger.command.link;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs and verifies the token in an unsubscribe link. A token has 37 bytes, written as 50 characters of base64url:
 *
 * <pre>
 * version (1) | key id (4) | random reference (16) | HMAC-SHA-256 over the first 21 bytes, cut to 128 bits (16)
 * </pre>
 *
 * <p>The reference is the primary key of a row in {@code unsubscribe_link}, so the token holds no personal data. The
 * key id is the first four bytes of the key's SHA-256. The first key signs and all keys verify: to rotate, put the new
 * key in front and keep the old ones, as a link must work for ever. Only an owner of a key can make a valid token.
 */
final class LinkTokens {

    private static final byte VERSION = 1;
    private static final int KEY_ID = 4;
    static final int REFERENCE = 16;
    private static final int TAG = 16;
    private static final int SIGNED = 1 + KEY_ID + REFERENCE;
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]{50}");

    private record Key(String id, SecretKey secret) {}

    private final List<Key> keys;

    /** @param keys base64; the first signs */
    LinkTokens(List<String> keys) {
        this.keys = keys.stream().map(LinkTokens::key).toList();
    }

    private static Key key(String base64) {
        var secret = Base64.getDecoder().decode(base64);
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(secret);
            return new Key(HexFormat.of().formatHex(digest, 0, KEY_ID), new SecretKeySpec(secret, "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM has no SHA-256", e);
        }
    }

    String tokenOf(byte[] reference) {
        var key = keys.getFirst();
        var signed = ByteBuffer.allocate(SIGNED)
                .put(VERSION)
                .put(HexFormat.of().parseHex(key.id()))
                .put(reference)
                .array();
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(ByteBuffer.allocate(SIGNED + TAG)
                        .put(signed)
                        .put(tag(key, signed))
                        .array());
    }

    /**
     * The reference in a token that was signed with one of the keys; empty for every other text. Mail programs glue
     * punctuation to a link; what stands around the token's characters doesn't count.
     */
    Optional<byte[]> referenceIn(String text) {
        var token = TOKEN.matcher(text);
        if (!token.find()) {
            return Optional.empty();
        }
        var bytes = Base64.getUrlDecoder().decode(token.group());
        if (bytes.length != SIGNED + TAG || bytes[0] != VERSION) {
            return Optional.empty();
        }
        var id = HexFormat.of().formatHex(bytes, 1, 1 + KEY_ID);
        var signed = Arrays.copyOf(bytes, SIGNED);
        var tag = Arrays.copyOfRange(bytes, SIGNED, SIGNED + TAG);
        var genuine = false;
        for (var key : keys) {
            // Tries all keys and compares in constant time, so that the duration reveals nothing
            var matches = MessageDigest.isEqual(tag(key, signed), tag);
            genuine = (matches && key.id().equals(id)) || genuine;
        }
        return genuine ? Optional.of(Arrays.copyOfRange(signed, 1 + KEY_ID, SIGNED)) : Optional.empty();
    }

    private static byte[] tag(Key key, byte[] signed) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(key.secret());
            return Arrays.copyOf(mac.doFinal(signed), TAG);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM has no HMAC-SHA-256", e);
        }
    }
}
