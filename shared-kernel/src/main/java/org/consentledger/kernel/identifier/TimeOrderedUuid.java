package org.consentledger.kernel.identifier;

import java.security.SecureRandom;
import java.util.UUID;

/**
 * Generates UUIDs of version 7 (RFC 9562, section 5.7): the millisecond of creation, then 74 random bits. Rows created
 * together are stored together in every index, so that a million rows are written and read a page at a time.
 */
public final class TimeOrderedUuid {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long VERSION_7 = 0x7000;
    private static final long RANDOM_OF_HIGH = 0x0fff;
    private static final long VARIANT = 0x8000_0000_0000_0000L;
    private static final long RANDOM_OF_LOW = 0x3fff_ffff_ffff_ffffL;

    /** Returns a new UUID that can't be guessed. UUIDs of the same millisecond have no order. */
    public static UUID next() {
        return new UUID(
                (System.currentTimeMillis() << 16) | VERSION_7 | (RANDOM.nextLong() & RANDOM_OF_HIGH),
                VARIANT | (RANDOM.nextLong() & RANDOM_OF_LOW));
    }

    private TimeOrderedUuid() {}
}
