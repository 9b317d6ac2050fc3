package org.consentledger.standalone.secrets;

import java.nio.file.Path;
import tools.jackson.core.JacksonException;

/** A file of secrets says something else than it must. The message names the place and never quotes the content. */
public final class UnreadableSecretsException extends RuntimeException {

    UnreadableSecretsException(Path file, JacksonException cause) {
        super(file + " can't be understood"
                + (cause.getLocation() == null
                        ? "."
                        : " (near line " + cause.getLocation().getLineNr() + ")."));
    }
}
