package org.consentledger.foundation.http;

import java.io.IOException;

/** Thrown when a body exceeds its limit while it is read. */
final class BodyTooLarge extends IOException {

    BodyTooLarge() {
        super("The body is larger than allowed");
    }
}
