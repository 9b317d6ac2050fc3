package org.consentledger.foundation.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.Optional;
import org.consentledger.foundation.privacy.AesGcm;
import org.consentledger.foundation.privacy.PersonKeys;
import org.consentledger.foundation.privacy.PersonKeys.KeyDestroyedException;
import org.consentledger.kernel.person.AboutPerson;
import org.consentledger.kernel.person.PersonId;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationContext;

/**
 * Encrypts and decrypts single JSON values with the key of the person that they are about. The associated data of a
 * ciphertext is the person's id, the stored type and the JSON path, so a ciphertext that was moved elsewhere doesn't
 * decrypt.
 */
final class PersonalSeal {

    /** The reader attribute with the person whose data is read; {@link LedgerSerializer} sets it. */
    static final Object SUBJECT = new Object();

    /** The reader attribute with the simple name of the type that is read; {@link LedgerSerializer} sets it. */
    static final Object TYPE = new Object();

    private static final String CIPHERTEXT = "p1.";

    private final PersonKeys keys;

    PersonalSeal(PersonKeys keys) {
        this.keys = keys;
    }

    /** Writes the ciphertext as the next JSON value. */
    void write(byte[] plaintext, JsonGenerator json) {
        var context = json.streamWriteContext();
        var subject = subjectOf(context);
        if (subject == null) {
            throw DatabindException.from(json, "Personal data must be a part of an AboutPerson");
        }
        var person = subject.personId();
        var key = keys.find(person)
                .orElseThrow(() -> DatabindException.from(
                        json, "The person has been erased: " + person, new KeyDestroyedException(person)));
        var sealed = AesGcm.encrypt(
                key, plaintext, associatedData(person, subject.getClass().getSimpleName(), context));
        json.writeString(CIPHERTEXT + Base64.getEncoder().withoutPadding().encodeToString(sealed));
    }

    /**
     * Decrypts the current JSON value.
     *
     * @return the plaintext, or empty if the key has been destroyed
     */
    Optional<byte[]> read(JsonParser json, DeserializationContext context) {
        var stored = json.getString();
        if (!stored.startsWith(CIPHERTEXT)) {
            throw DatabindException.from(json, "Personal data was stored in clear");
        }
        var person = (PersonId) context.getAttribute(SUBJECT);
        var type = (String) context.getAttribute(TYPE);
        return keys.find(person)
                .map(key -> AesGcm.decrypt(
                        key,
                        Base64.getDecoder().decode(stored.substring(CIPHERTEXT.length())),
                        associatedData(person, type, json.streamReadContext())));
    }

    private static @Nullable AboutPerson subjectOf(@Nullable TokenStreamContext innermost) {
        AboutPerson outermost = null;
        for (var context = innermost; context != null; context = context.getParent()) {
            if (context.currentValue() instanceof AboutPerson subject) {
                outermost = subject;
            }
        }
        return outermost;
    }

    private static byte[] associatedData(PersonId person, String type, TokenStreamContext place) {
        return (person + "|" + type + "|" + place.pathAsPointer()).getBytes(UTF_8);
    }
}
