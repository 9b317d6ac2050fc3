package org.consentledger.standalone.secrets;

import java.nio.file.Path;

/** The facts are there and their keys are not. Making new keys would hide the loss and bury the facts for good. */
public final class KeysLostException extends RuntimeException {

    KeysLostException(Path keys) {
        super("The ledger in " + keys.getParent() + " has facts, but its keys file " + keys.getFileName()
                + " is missing.");
    }
}
