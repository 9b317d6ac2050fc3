package org.consentledger.command.person;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import jakarta.validation.Valid;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.consentledger.command.form.ContactDataRequest;
import org.consentledger.kernel.person.ContactDataPatch;
import org.consentledger.kernel.person.ContactField;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.deser.std.StdDeserializer;

/**
 * A JSON Merge Patch (RFC 7396) of contact data: null removes a field, a list replaces a list, and an absent field
 * stays as it is. {@code named} holds the fields that are present, as a record alone can't tell null from absent.
 */
@JsonDeserialize(using = ContactDataPatchRequest.Reader.class)
record ContactDataPatchRequest(
        @JsonUnwrapped @Valid ContactDataRequest values,
        @JsonIgnore Set<ContactField> named) {

    ContactDataPatch toPatch() {
        var contact = values.toContactData();
        var patch = new EnumMap<ContactField, List<String>>(ContactField.class);
        named.forEach(field -> patch.put(field, contact.values(field)));
        return new ContactDataPatch(patch);
    }

    static final class Reader extends StdDeserializer<ContactDataPatchRequest> {

        Reader() {
            super(ContactDataPatchRequest.class);
        }

        @Override
        public ContactDataPatchRequest deserialize(JsonParser parser, DeserializationContext context) {
            if (!parser.hasToken(JsonToken.START_OBJECT)) {
                return (ContactDataPatchRequest) context.handleUnexpectedToken(getValueType(context), parser);
            }
            var patch = context.readTree(parser);
            // Read first: this rejects unknown names
            var values = context.readTreeAsValue(patch, ContactDataRequest.class);
            var named = EnumSet.noneOf(ContactField.class);
            patch.propertyNames()
                    .forEach(name -> named.add(ContactField.ofJsonName(name).orElseThrow()));
            return new ContactDataPatchRequest(values, named);
        }
    }
}
