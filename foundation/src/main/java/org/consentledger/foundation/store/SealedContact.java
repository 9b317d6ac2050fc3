package org.consentledger.foundation.store;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.privacy.Erased;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;

/**
 * The stored form of {@link ContactData}: the names of its present fields in clear, and one ciphertext with all values.
 *
 * <p>Ada with one address is stored as
 *
 * <pre>{@code
 * {"fields": ["firstName", "emails"], "sealed": "p1.…"}
 * }</pre>
 *
 * where the plaintext of {@code sealed} is {@code {"firstName": "Ada", "emails": ["ada@example.org"], …}}.
 *
 * <p><b>Why the field names are in clear.</b> After the person's key is destroyed, the reader can still tell the fields
 * that had a value from those that had none: it returns {@code [erased]} for {@code firstName} and {@code emails}, and
 * no value for all others.
 *
 * <p><b>Why one ciphertext.</b> Setting up a cipher costs more than encrypting the few bytes of a name, and every
 * ciphertext adds 28 bytes of nonce and tag (ADR 22).
 *
 * <p><b>Three inputs of the reader.</b> It accepts this form, the older form of revision 1 in which each field has a
 * ciphertext under its own name, and {@code "sealed": "[erased]"}. The writer produces the last one when it stores
 * contact data that was read after the erasure, for example in a dead letter: the key is gone, so nothing can be
 * encrypted.
 */
final class SealedContact {

    private static final String FIELDS = "fields";
    private static final String SEALED = "sealed";

    /** The mapper of the plaintext, which has the present fields. */
    private static final JsonMapper PLAIN = JsonMapper.builder()
            .changeDefaultPropertyInclusion(inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
            .changeDefaultVisibility(visible -> visible.withIsGetterVisibility(Visibility.NONE))
            .build();

    static final class Writer extends ValueSerializer<ContactData> {

        private final PersonalSeal seal;

        Writer(PersonalSeal seal) {
            this.seal = seal;
        }

        @Override
        public void serialize(ContactData contact, JsonGenerator json, SerializationContext context) {
            var fields = EnumSet.allOf(ContactField.class);
            fields.removeIf(field -> contact.values(field).isEmpty());
            json.writeStartObject();
            json.writeName(FIELDS);
            json.writeStartArray();
            fields.forEach(field -> json.writeString(field.jsonName()));
            json.writeEndArray();
            if (!fields.isEmpty()) {
                json.writeName(SEALED);
                if (contact.equals(erased(fields))) {
                    json.writeString(Erased.TEXT);
                } else {
                    seal.write(PLAIN.writeValueAsBytes(contact), json);
                }
            }
            json.writeEndObject();
        }
    }

    static final class Reader extends ValueDeserializer<ContactData> {

        private final PersonalSeal seal;

        Reader(PersonalSeal seal) {
            this.seal = seal;
        }

        @Override
        public ContactData deserialize(JsonParser json, DeserializationContext context) {
            var contact = ContactData.NONE;
            Set<ContactField> fields = EnumSet.noneOf(ContactField.class);
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                var name = json.currentName();
                json.nextToken();
                switch (name) {
                    case FIELDS -> fields = fields(json);
                    case SEALED -> contact = unseal(fields, json, context);
                    default -> {
                        var field = ContactField.ofJsonName(name);
                        if (field.isPresent()) {
                            contact = contact.with(field.get(), values(field.get(), json, context));
                        } else {
                            json.skipChildren();
                        }
                    }
                }
            }
            return contact;
        }

        private static Set<ContactField> fields(JsonParser json) {
            var fields = EnumSet.noneOf(ContactField.class);
            while (json.nextToken() != JsonToken.END_ARRAY) {
                var name = json.getString();
                fields.add(ContactField.ofJsonName(name)
                        .orElseThrow(() -> DatabindException.from(json, "Contact data has no field " + name)));
            }
            return fields;
        }

        private ContactData unseal(Set<ContactField> fields, JsonParser json, DeserializationContext context) {
            if (json.getString().equals(Erased.TEXT)) {
                return erased(fields);
            }
            return seal.read(json, context)
                    .map(plaintext -> PLAIN.readValue(plaintext, ContactData.class))
                    .orElseGet(() -> erased(fields));
        }

        private List<String> values(ContactField field, JsonParser json, DeserializationContext context) {
            return field.isList()
                    ? PersonalDataModule.texts(seal, json, context)
                    : List.of(PersonalDataModule.text(seal, json, context));
        }
    }

    private static ContactData erased(Set<ContactField> fields) {
        var erased = ContactData.NONE;
        for (var field : fields) {
            erased = erased.with(field, Erased.TEXTS);
        }
        return erased;
    }

    private SealedContact() {}
}
