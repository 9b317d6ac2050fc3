package org.consentledger.foundation.http;

import java.io.IOException;

/** A body went on beyond its limit while it was read. */
final class BodyTooLarge extends IOException {

    BodyTooLarge() {
        super("The body is larger than allowed");
    }
}
