package org.consentledger.command.person;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.time.Instant;
import java.util.List;
import org.consentledger.command.form.AuthorizationRequest;
import org.consentledger.command.form.Consistent;
import org.consentledger.command.form.ContactDataRequest;
import org.consentledger.command.form.FieldRules;
import org.consentledger.command.form.SourceRequest;
import org.consentledger.kernel.person.PersonCommand.RegisterPerson;
import org.consentledger.kernel.person.PersonId;
import org.jspecify.annotations.Nullable;

/** A request to register a person: contact data at the top level, with source and authorization beside it. */
@Consistent
record RegistrationRequest(
        @JsonUnwrapped @Valid ContactDataRequest contact,
        @NotNull(message = "is required") @Valid SourceRequest source,
        @Valid @Nullable AuthorizationRequest authorization)
        implements FieldRules {

    @Override
    public List<BrokenRule> brokenRules() {
        return contact.identifiesPerson()
                ? List.of()
                : List.of(BrokenRule.of("emails", "an e-mail address or a salesforceId is required"));
    }

    RegisterPerson toCommand(PersonId personId, Instant at) {
        return new RegisterPerson(
                personId,
                contact.toContactData(),
                source.toSource(),
                authorization == null ? null : authorization.toAuthorization(),
                at);
    }
}
