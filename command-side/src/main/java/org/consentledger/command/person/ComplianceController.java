package org.consentledger.command.person;

import static org.consentledger.kernel.provenance.Role.OPERATOR;
import static org.springframework.http.MediaType.APPLICATION_JSON_VALUE;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import java.time.Clock;
import org.consentledger.command.form.AuthorizationRequest;
import org.consentledger.command.form.SourceRequest;
import org.consentledger.command.gateway.CommandDispatcher;
import org.consentledger.command.gateway.Envelope;
import org.consentledger.foundation.http.Permits;
import org.consentledger.kernel.person.PersonCommand.SetAuthorization;
import org.consentledger.kernel.person.PersonCommand.SetSource;
import org.consentledger.kernel.person.PersonId;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Sets the two parts of a compliance card that the operator states: legal basis and source. */
@Tag(name = "Compliance card")
@RestController
@RequestMapping(path = "/api/people/{id}", consumes = APPLICATION_JSON_VALUE, produces = APPLICATION_JSON_VALUE)
class ComplianceController {

    private final CommandDispatcher commands;
    private final Clock clock;

    ComplianceController(CommandDispatcher commands, Clock clock) {
        this.commands = commands;
        this.clock = clock;
    }

    @PutMapping("/authorization")
    @Permits(OPERATOR)
    @Operation(summary = "Set the authorization: the legal basis for processing the person's data")
    ResponseEntity<PersonAnswer> setAuthorization(
            @PathVariable PersonId id, @Valid @RequestBody AuthorizationRequest request, Envelope envelope) {
        return PersonAnswer.ok(
                commands.send(new SetAuthorization(id, request.toAuthorization(), clock.instant()), envelope));
    }

    @PutMapping("/source")
    @Permits(OPERATOR)
    @Operation(summary = "Set the source: how the person's data entered the ledger")
    ResponseEntity<PersonAnswer> setSource(
            @PathVariable PersonId id, @Valid @RequestBody SourceRequest request, Envelope envelope) {
        return PersonAnswer.ok(commands.send(new SetSource(id, request.toSource(), clock.instant()), envelope));
    }
}
