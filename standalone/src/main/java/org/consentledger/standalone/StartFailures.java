package org.consentledger.standalone;

import org.consentledger.standalone.postgres.PostgresFailedException;
import org.consentledger.standalone.secrets.DataDirectoryInUseException;
import org.consentledger.standalone.secrets.KeysLostException;
import org.consentledger.standalone.secrets.UnreadableSecretsException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;

/** Explains in plain words why the ledger fails to start, and what the operator can do. */
final class StartFailures implements FailureAnalyzer {

    @Override
    public @Nullable FailureAnalysis analyze(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            var action = action(cause);
            if (action != null) {
                return new FailureAnalysis(cause.getMessage(), action, failure);
            }
        }
        return null;
    }

    private static @Nullable String action(Throwable cause) {
        return switch (cause) {
            case DataDirectoryInUseException ignored ->
                "Stop the other ledger, or give this one a directory of its own by --ledger.data-dir or LEDGER_DATA_DIR.";
            case KeysLostException ignored ->
                "Put the keys file back from its backup. Without it the personal data in the events can't be read.";
            case UnreadableSecretsException ignored ->
                "Mend the file or put it back from its backup. The ledger never overwrites it.";
            case PostgresFailedException ignored ->
                "Read the reason above. A user account other than root is the usual way to run PostgreSQL.";
            default -> null;
        };
    }
}
