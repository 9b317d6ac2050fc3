package org.consentledger.standalone.secrets;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reads secrets from a private JSON file, or creates the file. An existing file is never overwritten. */
final class SecretFile {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .build();

    private SecretFile() {}

    static <T> T readOrMake(Path file, Class<T> type, Supplier<T> maker) {
        try {
            if (Files.exists(file)) {
                PrivateFiles.restrict(file);
                return JSON.readValue(Files.readAllBytes(file), type);
            }
            var made = maker.get();
            PrivateFiles.write(file, JSON.writeValueAsBytes(made));
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(file + " can't be read or written", e);
        } catch (JacksonException e) {
            throw new UnreadableSecretsException(file, e);
        }
    }
}
