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
 * Encrypts a text where it is about to be written, and decrypts it where it has just been read, with the key of the
 * person that it is about. A ciphertext is bound to the person, the type stored and the place in it, so it is of no use
 * anywhere else.
 */
final class PersonalSeal {

    /** The person whose data is being read, set by {@link LedgerSerializer} before it reads. */
    static final Object SUBJECT = new Object();

    /** The simple name of the type that is being read, set likewise. */
    static final Object TYPE = new Object();

    private static final String CIPHERTEXT = "p1.";

    private final PersonKeys keys;

    PersonalSeal(PersonKeys keys) {
        this.keys = keys;
    }

    /** Writes the ciphertext as the value that is due. */
    void write(byte[] plaintext, JsonGenerator json) {
        var context = json.streamWriteContext();
        var subject = subjectOf(context);
        if (subject == null) {
            throw DatabindException.from(json, "Personal data outside of something about a person");
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
     * Decrypts the value at hand.
     *
     * @return nothing if the key has been destroyed
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
