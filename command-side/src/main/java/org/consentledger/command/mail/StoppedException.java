package org.consentledger.command.mail;

import java.io.IOException;

/**
 * Thrown while the content is written, if the mail must not be sent after all. Jakarta Mail drops the connection on an
 * {@link IOException}, so the server discards what it has received.
 */
final class StoppedException extends IOException {

    StoppedException() {
        super("The mail must not be sent any more");
    }
}
