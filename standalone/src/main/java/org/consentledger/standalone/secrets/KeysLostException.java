package org.consentledger.standalone.secrets;

import java.nio.file.Path;

/**
 * Thrown when the events are there but their keys are missing. New keys would hide the loss, and the personal data
 * would stay unreadable.
 */
public final class KeysLostException extends RuntimeException {

    KeysLostException(Path keys) {
        super("The ledger in " + keys.getParent() + " has events, but its keys file " + keys.getFileName()
                + " is missing.");
    }
}
