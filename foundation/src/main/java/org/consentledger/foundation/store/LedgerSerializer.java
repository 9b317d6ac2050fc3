package org.consentledger.foundation.store;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import org.axonframework.messaging.MetaData;
import org.axonframework.serialization.AnnotationRevisionResolver;
import org.axonframework.serialization.ChainingConverter;
import org.axonframework.serialization.ContentTypeConverter;
import org.axonframework.serialization.SerializationException;
import org.axonframework.serialization.SerializedObject;
import org.axonframework.serialization.SerializedType;
import org.axonframework.serialization.SimpleSerializedType;
import org.axonframework.serialization.jackson3.Jackson3Serializer;
import org.consentledger.foundation.privacy.PersonKeys;
import org.consentledger.kernel.person.AboutPerson;
import org.consentledger.kernel.person.PersonId;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationFeature;

/**
 * Serialises events, tokens and dead letters as JSON, with personal data encrypted.
 *
 * <p>{@link PersonalDataModule} encrypts the components that are marked as personal with the key of the person. For
 * example, {@code new Unsubscribed(person, REQUESTED, OTHER, "please stop", addresses, at)} is stored as
 *
 * <pre>{@code
 * {"personId": "7f3c…", "cause": "REQUESTED", "reason": "OTHER",
 *  "comment": "p1.11oJE1…", "addresses": ["5f2f…"], "at": "2026-03-02T12:00:00.123456Z"}
 * }</pre>
 *
 * <p><b>Decryption needs two passes.</b> A ciphertext is bound to the person and the stored type, but a component may
 * come before {@code personId} in the JSON. So {@link #deserialize} first scans the top level for {@code personId}, and
 * then hands person and type to the deserializers as attributes of the reader ({@link PersonalSeal#SUBJECT} and
 * {@link PersonalSeal#TYPE}). After the person's key is destroyed, the personal components read as
 * {@link org.consentledger.kernel.privacy.Erased}.
 *
 * <p>Reading is lenient, because stored events are never rewritten: unknown fields are ignored.
 */
public final class LedgerSerializer extends Jackson3Serializer {

    public LedgerSerializer(PersonKeys keys) {
        super(builder()
                .revisionResolver(new AnnotationRevisionResolver())
                .jsonMapperBuilderCustomizer(json -> json.addModule(new PersonalDataModule(keys))
                        // A component that a later version has dropped must not make old events unreadable.
                        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                        .changeDefaultPropertyInclusion(
                                inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))));
        if (getConverter() instanceof ChainingConverter converters) {
            converters.registerConverter(new MetaDataToJson());
        }
    }

    /** Writes metadata that were read from columns, for a dead letter. */
    private final class MetaDataToJson implements ContentTypeConverter<MetaData, byte[]> {

        @Override
        public Class<MetaData> expectedSourceType() {
            return MetaData.class;
        }

        @Override
        public Class<byte[]> targetType() {
            return byte[].class;
        }

        @Override
        public byte[] convert(MetaData original) {
            return serialize(original, byte[].class).getData();
        }
    }

    @Override
    @SuppressWarnings({"TypeParameterUnusedInFormals", "unchecked"}) // the signature is Axon's
    public <S, T> T deserialize(SerializedObject<S> stored) {
        if (stored.getData() instanceof MetaData metaData) {
            return (T) metaData; // read from columns
        }
        var type = classForType(stored.getType());
        if (!AboutPerson.class.isAssignableFrom(type)) {
            return super.deserialize(stored);
        }
        try {
            var bytes = getConverter().convert(stored.getData(), stored.getContentType(), byte[].class);
            return getReader(type)
                    .withAttributes(
                            Map.of(PersonalSeal.SUBJECT, subjectOf(bytes), PersonalSeal.TYPE, type.getSimpleName()))
                    .readValue(bytes);
        } catch (JacksonException e) {
            throw new SerializationException("The stored form can't be read of " + type.getSimpleName(), e);
        }
    }

    @Override
    public Class<?> classForType(SerializedType type) {
        var event = EventTypes.classOf(type.getName());
        return event == null ? super.classForType(type) : event;
    }

    /** {@inheritDoc} An event has its stored name, which survives a move of its class. */
    @Override
    @SuppressWarnings("rawtypes") // the signature is Axon's
    public SerializedType typeForClass(@Nullable Class type) {
        var byClass = super.typeForClass(type);
        return type != null && EventTypes.isEvent(type)
                ? new SimpleSerializedType(type.getSimpleName(), byClass.getRevision())
                : byClass;
    }

    /** Finds the person before the actual reading, because the key depends on it. */
    private PersonId subjectOf(byte[] json) {
        try (var parser = getObjectMapper().createParser(json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                var name = parser.currentName();
                parser.nextToken();
                if (name.equals("personId")) {
                    return PersonId.of(parser.getString());
                }
                parser.skipChildren();
            }
        }
        throw new SerializationException("The stored form of an AboutPerson has no personId");
    }
}
