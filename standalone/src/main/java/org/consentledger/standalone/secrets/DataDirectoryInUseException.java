package org.consentledger.standalone.secrets;

import java.nio.file.Path;

/** Two ledgers on one directory would corrupt it; the second is refused. */
public final class DataDirectoryInUseException extends RuntimeException {

    DataDirectoryInUseException(Path directory, String holder) {
        super("The data directory " + directory + " is in use by another ledger"
                + (holder.isEmpty() ? "." : " (process " + holder + ")."));
    }
}
