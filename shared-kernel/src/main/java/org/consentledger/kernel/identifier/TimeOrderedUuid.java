package org.consentledger.kernel.identifier;

import java.security.SecureRandom;
import java.util.UUID;

/**
 * New UUIDs of version 7 (RFC 9562, section 5.7): the millisecond of their making, then 74 random bits. What was made
 * together lies together in every index, so that a million rows are written and read a page at a time.
 */
public final class TimeOrderedUuid {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long VERSION_7 = 0x7000;
    private static final long RANDOM_OF_HIGH = 0x0fff;
    private static final long VARIANT = 0x8000_0000_0000_0000L;
    private static final long RANDOM_OF_LOW = 0x3fff_ffff_ffff_ffffL;

    /** Nobody can guess it; those of one millisecond are in no order. */
    public static UUID next() {
        return new UUID(
                (System.currentTimeMillis() << 16) | VERSION_7 | (RANDOM.nextLong() & RANDOM_OF_HIGH),
                VARIANT | (RANDOM.nextLong() & RANDOM_OF_LOW));
    }

    private TimeOrderedUuid() {}
}
