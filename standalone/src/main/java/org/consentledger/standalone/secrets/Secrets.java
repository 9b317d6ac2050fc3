package org.consentledger.standalone.secrets;

import java.security.SecureRandom;
import java.util.Base64;

/** Generates all secrets. */
final class Secrets {

    private static final SecureRandom RANDOM = new SecureRandom();

    private Secrets() {}

    /** 192 bits in characters that need no quoting in a shell, a URL or a Basic header. */
    static String password() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(24));
    }

    /** A 256-bit key. */
    static String key() {
        return Base64.getEncoder().encodeToString(bytes(32));
    }

    private static byte[] bytes(int count) {
        var bytes = new byte[count];
        RANDOM.nextBytes(bytes);
        return bytes;
    }
}
