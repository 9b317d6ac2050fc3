package org.consentledger.command.person.planted;

import java.time.Instant;

/** Rules that would depend on when they are asked. */
class ReadsTheClock {

    Instant now = Instant.now();
}
