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
 * Serialises events, metadata, snapshots, tokens and dead letters as JSON, with personal data encrypted.
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
 * <p><b>Two caches save time per event.</b> The classes of payload types are cached by name. The last metadata is
 * cached together with its JSON, because all events of a job have the same metadata. The cached pair is immutable and
 * is replaced as a whole through a volatile field, so threads may race: the loser only serialises once more.
 *
 * <p>Reading is lenient, because stored events are never rewritten: unknown fields are ignored.
 */
public final class LedgerSerializer extends Jackson3Serializer {

    private static final String META_DATA = MetaData.class.getName();

    /** The metadata that was read or written last. All events of a job have the same metadata. */
    private volatile KnownMetaData lastMetaData = new KnownMetaData(new byte[0], MetaData.emptyInstance());

    private final Map<String, Class<?>> classes = new ConcurrentHashMap<>();

    public LedgerSerializer(PersonKeys keys) {
        super(builder()
                .revisionResolver(new AnnotationRevisionResolver())
                .jsonMapperBuilderCustomizer(json -> json.addModule(new PersonalDataModule(keys))
                        // A component that a later version has dropped must not make old events unreadable.
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
            throw new SerializationException("The stored form can't be read of " + type.getSimpleName(), e);
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

    private static final class KnownMetaData {

        private final byte[] json;
        private final MetaData value;

        KnownMetaData(byte[] json, MetaData value) {
            this.json = json;
            this.value = value;
        }
    }
}
