package org.consentledger.standalone.secrets;

import java.nio.file.Path;
import tools.jackson.core.JacksonException;

/** Thrown when a file of secrets is malformed. The message names the line and never quotes the content. */
public final class UnreadableSecretsException extends RuntimeException {

    UnreadableSecretsException(Path file, JacksonException cause) {
        super(file + " can't be understood"
                + (cause.getLocation() == null
                        ? "."
                        : " (near line " + cause.getLocation().getLineNr() + ")."));
    }
}
