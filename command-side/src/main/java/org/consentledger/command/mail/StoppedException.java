package org.consentledger.command.mail;

import java.io.IOException;

/**
 * That a mail must not go out after all, told in the last moment. Jakarta Mail takes an {@link IOException} as the wish
 * to drop the connection, so that the server discards what it has seen.
 */
final class StoppedException extends IOException {

    StoppedException() {
        super("The mail must not be sent any more");
    }
}
