package org.consentledger.foundation.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import org.consentledger.foundation.privacy.PersonKeys;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.privacy.Erased;
import org.consentledger.kernel.privacy.Personal;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.BeanProperty;
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
 * Encrypts components marked {@link Personal} when they are written, and decrypts them when they are read.
 * {@link ContactData} is encrypted as a whole, by {@link SealedContact}. Absent values and empty lists are stored as
 * they are.
 */
final class PersonalDataModule extends SimpleModule {

    private static final JsonMapper LISTS = JsonMapper.shared();

    private final transient PersonalSeal seal;

    PersonalDataModule(PersonKeys keys) {
        super("Personal data");
        seal = new PersonalSeal(keys);
        addSerializer(ContactData.class, new SealedContact.Writer(seal));
        addDeserializer(ContactData.class, new SealedContact.Reader(seal));
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
            } else if (value.equals(Erased.TEXT) || value.equals(Erased.TEXTS)) {
                json.writeString(Erased.TEXT);
            } else {
                seal.write(value instanceof String text ? text.getBytes(UTF_8) : LISTS.writeValueAsBytes(value), json);
            }
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
            return list ? texts(seal, json, context) : text(seal, json, context);
        }
    }

    /** Reads one personal text. */
    static String text(PersonalSeal seal, JsonParser json, DeserializationContext context) {
        if (json.getString().equals(Erased.TEXT)) {
            return Erased.TEXT;
        }
        return seal.read(json, context)
                .map(plaintext -> new String(plaintext, UTF_8))
                .orElse(Erased.TEXT);
    }

    /** Reads a list of personal texts. */
    static List<String> texts(PersonalSeal seal, JsonParser json, DeserializationContext context) {
        if (json.currentToken() == JsonToken.START_ARRAY) {
            return List.of(json.readValueAs(String[].class));
        }
        if (json.getString().equals(Erased.TEXT)) {
            return Erased.TEXTS;
        }
        return seal.read(json, context)
                .map(plaintext -> List.of(LISTS.readValue(plaintext, String[].class)))
                .orElse(Erased.TEXTS);
    }
}
