package org.consentledger.foundation.store;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import org.axonframework.serialization.AnnotationRevisionResolver;
import org.axonframework.serialization.SerializationException;
import org.axonframework.serialization.SerializedObject;
import org.axonframework.serialization.jackson3.Jackson3Serializer;
import org.consentledger.foundation.privacy.PersonKeys;
import org.consentledger.kernel.person.AboutPerson;
import org.consentledger.kernel.person.PersonId;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationFeature;

/**
 * The one form in which the ledger stores anything: JSON, personal data encrypted. Events, metadata, snapshots, tokens
 * and dead letters all go through it.
 */
public final class LedgerSerializer extends Jackson3Serializer {

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
    @SuppressWarnings("TypeParameterUnusedInFormals") // the signature is Axon's
    public <S, T> T deserialize(SerializedObject<S> stored) {
        var type = classForType(stored.getType());
        if (!AboutPerson.class.isAssignableFrom(type)) {
            return super.deserialize(stored);
        }
        try {
            var bytes = getConverter().convert(stored.getData(), stored.getContentType(), byte[].class);
            return getReader(type)
                    .withAttributes(Map.of(
                            PersonalDataModule.SUBJECT, subjectOf(bytes),
                            PersonalDataModule.TYPE, type.getSimpleName()))
                    .readValue(bytes);
        } catch (JacksonException e) {
            throw new SerializationException("Unreadable " + type.getSimpleName(), e);
        }
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
}
