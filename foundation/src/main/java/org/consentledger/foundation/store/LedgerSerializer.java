package org.consentledger.foundation.store;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.axonframework.messaging.MetaData;
import org.axonframework.serialization.AnnotationRevisionResolver;
import org.axonframework.serialization.SerializationException;
import org.axonframework.serialization.SerializedMetaData;
import org.axonframework.serialization.SerializedObject;
import org.axonframework.serialization.SerializedType;
import org.axonframework.serialization.UnknownSerializedType;
import org.axonframework.serialization.jackson3.Jackson3Serializer;
import org.consentledger.foundation.privacy.PersonKeys;
import org.consentledger.kernel.person.AboutPerson;
import org.consentledger.kernel.person.PersonId;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationFeature;

/**
 * The one form in which the ledger stores anything: JSON, personal data encrypted. Events, metadata, snapshots, tokens
 * and dead letters all go through it.
 */
public final class LedgerSerializer extends Jackson3Serializer {

    private static final String META_DATA = MetaData.class.getName();

    /** What it has read or written last: all events of a job say the same of where they come from. */
    private volatile KnownMetaData lastMetaData = new KnownMetaData(new byte[0], MetaData.emptyInstance());

    private final Map<String, Class<?>> classes = new ConcurrentHashMap<>();

    public LedgerSerializer(PersonKeys keys) {
        super(builder()
                .revisionResolver(new AnnotationRevisionResolver())
                .jsonMapperBuilderCustomizer(json -> json.addModule(new PersonalDataModule(keys))
                        // A component that a later version dropped must not make old facts unreadable.
                        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                        .changeDefaultPropertyInclusion(
                                inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))));
    }

    @Override
    @SuppressWarnings({"TypeParameterUnusedInFormals", "unchecked"}) // the signature is Axon's
    public <S, T> T deserialize(SerializedObject<S> stored) {
        if (stored.getType().getName().equals(META_DATA)) {
            return (T) metaData(stored);
        }
        var type = classForType(stored.getType());
        if (!AboutPerson.class.isAssignableFrom(type)) {
            return super.deserialize(stored);
        }
        try {
            var bytes = getConverter().convert(stored.getData(), stored.getContentType(), byte[].class);
            return getReader(type)
                    .withAttributes(Map.of(
                            PersonalSeal.SUBJECT, subjectOf(bytes),
                            PersonalSeal.TYPE, type.getSimpleName()))
                    .readValue(bytes);
        } catch (JacksonException e) {
            throw new SerializationException("Unreadable " + type.getSimpleName(), e);
        }
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> SerializedObject<T> serialize(@Nullable Object object, Class<T> expected) {
        if (!(object instanceof MetaData metaData) || expected != byte[].class) {
            return super.serialize(object, expected);
        }
        var last = lastMetaData;
        if (!last.value.equals(metaData)) {
            last = new KnownMetaData(super.serialize(metaData, byte[].class).getData(), metaData);
            lastMetaData = last;
        }
        return (SerializedObject<T>) new SerializedMetaData<>(last.json, byte[].class);
    }

    private MetaData metaData(SerializedObject<?> stored) {
        var json = getConverter().convert(stored.getData(), byte[].class);
        var last = lastMetaData;
        if (!Arrays.equals(last.json, json)) {
            last = new KnownMetaData(json, super.deserialize(new SerializedMetaData<>(json, byte[].class)));
            lastMetaData = last;
        }
        return last.value;
    }

    @Override
    public Class<?> classForType(SerializedType type) {
        var known = classes.get(type.getName());
        if (known != null) {
            return known;
        }
        var found = super.classForType(type);
        if (found != UnknownSerializedType.class) {
            classes.put(type.getName(), found);
        }
        return found;
    }

    /** Finds whose data it is before reading on, since the keys depend on it. */
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
        throw new SerializationException("Something about a person doesn't say whom");
    }

    private static final class KnownMetaData {

        private final byte[] json;
        private final MetaData value;

        KnownMetaData(byte[] json, MetaData value) {
            this.json = json;
            this.value = value;
        }
    }
}
