package org.consentledger.standalone.secrets;

import java.nio.file.Path;

/** Thrown when a second ledger is started on a directory. Two ledgers would corrupt it. */
public final class DataDirectoryInUseException extends RuntimeException {

    DataDirectoryInUseException(Path directory, String holder) {
        super("The data directory " + directory + " is in use by another ledger"
                + (holder.isEmpty() ? "." : " (process " + holder + ")."));
    }
}
