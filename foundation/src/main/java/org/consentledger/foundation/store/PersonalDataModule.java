package org.consentledger.foundation.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.List;
import javax.crypto.SecretKey;
import org.consentledger.foundation.privacy.AesGcm;
import org.consentledger.foundation.privacy.PersonKeys;
import org.consentledger.kernel.person.AboutPerson;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.privacy.Erased;
import org.consentledger.kernel.privacy.Personal;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.NopAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/**
 * Encrypts components marked {@link Personal} as they are written and decrypts them as they are read. A ciphertext is
 * bound to the person, the type stored and the place in it, so it is of no use anywhere else. Absent values and empty
 * lists are stored as they are.
 */
final class PersonalDataModule extends SimpleModule {

    /** The person whose data is being read, set by {@link LedgerSerializer} before it reads. */
    static final Object SUBJECT = new Object();

    /** The simple name of the type that is being read, set likewise. */
    static final Object TYPE = new Object();

    private static final String CIPHERTEXT = "p1.";
    private static final JsonMapper LISTS = JsonMapper.shared();

    private final transient PersonKeys keys;

    PersonalDataModule(PersonKeys keys) {
        super("Personal data");
        this.keys = keys;
    }

    @Override
    public void setupModule(SetupContext context) {
        super.setupModule(context);
        context.insertAnnotationIntrospector(new Introspector());
    }

    private final class Introspector extends NopAnnotationIntrospector {

        @Override
        public @Nullable Object findSerializer(MapperConfig<?> config, Annotated annotated) {
            return annotated.hasAnnotation(Personal.class) ? new Encrypting() : null;
        }

        @Override
        public @Nullable Object findDeserializer(MapperConfig<?> config, Annotated annotated) {
            return annotated.hasAnnotation(Personal.class)
                    ? new Decrypting(annotated.getType().isCollectionLikeType())
                    : null;
        }
    }

    private final class Encrypting extends ValueSerializer<Object> {

        @Override
        public void serialize(Object value, JsonGenerator json, SerializationContext context) {
            if (value instanceof List<?> list && list.isEmpty()) {
                json.writeStartArray();
                json.writeEndArray();
                return;
            }
            if (value.equals(Erased.TEXT) || value.equals(Erased.TEXTS)) {
                json.writeString(Erased.TEXT);
                return;
            }
            var subject = subjectOf(json.streamWriteContext());
            if (subject == null) {
                throw DatabindException.from(json, "Personal data outside of something about a person");
            }
            var key = keys.find(subject.personId())
                    .orElseThrow(
                            () -> DatabindException.from(json, "The person has been erased: " + subject.personId()));
            var place = json.streamWriteContext().pathAsPointer().toString();
            var plaintext = value instanceof String text ? text.getBytes(UTF_8) : LISTS.writeValueAsBytes(value);
            var sealed = AesGcm.encrypt(
                    key,
                    plaintext,
                    associatedData(subject.personId(), subject.getClass().getSimpleName(), place));
            json.writeString(CIPHERTEXT + Base64.getEncoder().withoutPadding().encodeToString(sealed));
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
    }

    private final class Decrypting extends ValueDeserializer<Object> {

        private final boolean list;

        Decrypting(boolean list) {
            this.list = list;
        }

        @Override
        public ValueDeserializer<?> createContextual(DeserializationContext context, @Nullable BeanProperty property) {
            return property == null ? this : new Decrypting(property.getType().isCollectionLikeType());
        }

        @Override
        public Object deserialize(JsonParser json, DeserializationContext context) {
            if (json.currentToken() == JsonToken.START_ARRAY) {
                return List.of(json.readValueAs(String[].class));
            }
            var stored = json.getString();
            if (stored.equals(Erased.TEXT)) {
                return erased();
            }
            if (!stored.startsWith(CIPHERTEXT)) {
                throw DatabindException.from(json, "Personal data was stored in clear");
            }
            var person = (PersonId) context.getAttribute(SUBJECT);
            var type = (String) context.getAttribute(TYPE);
            var key = keys.find(person);
            return key.isEmpty()
                    ? erased()
                    : decrypt(
                            key.get(),
                            stored,
                            associatedData(
                                    person,
                                    type,
                                    json.streamReadContext().pathAsPointer().toString()));
        }

        private Object erased() {
            return list ? Erased.TEXTS : Erased.TEXT;
        }

        private Object decrypt(SecretKey key, String stored, byte[] associatedData) {
            var sealed = Base64.getDecoder().decode(stored.substring(CIPHERTEXT.length()));
            var plaintext = AesGcm.decrypt(key, sealed, associatedData);
            return list ? List.of(LISTS.readValue(plaintext, String[].class)) : new String(plaintext, UTF_8);
        }
    }

    private static byte[] associatedData(PersonId person, String type, String place) {
        return (person + "|" + type + "|" + place).getBytes(UTF_8);
    }
}
