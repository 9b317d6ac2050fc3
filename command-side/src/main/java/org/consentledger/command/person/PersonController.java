package org.consentledger.command.person;

import static org.consentledger.command.form.Texts.STATEMENT;
import static org.consentledger.kernel.provenance.Role.ADMIN;
import static org.consentledger.kernel.provenance.Role.OPERATOR;
import static org.springframework.http.MediaType.APPLICATION_JSON_VALUE;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.time.Clock;
import org.consentledger.command.form.Text;
import org.consentledger.command.gateway.CommandDispatcher;
import org.consentledger.command.gateway.Envelope;
import org.consentledger.foundation.http.Permits;
import org.consentledger.kernel.person.PersonCommand.ChangeContactData;
import org.consentledger.kernel.person.PersonCommand.ErasePerson;
import org.consentledger.kernel.person.PersonId;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Registers people, changes their contact data and erases them. It validates the form of a request and checks no rules.
 */
@Tag(name = "People")
@RestController
@RequestMapping(path = "/api/people", produces = APPLICATION_JSON_VALUE)
class PersonController {

    private static final String MERGE_PATCH = "application/merge-patch+json";

    private final CommandDispatcher commands;
    private final Clock clock;

    PersonController(CommandDispatcher commands, Clock clock) {
        this.commands = commands;
        this.clock = clock;
    }

    @PostMapping(consumes = APPLICATION_JSON_VALUE)
    @Permits(OPERATOR)
    @Operation(summary = "Register a person")
    @ApiResponse(responseCode = "201", description = "Registered; Location names the person")
    ResponseEntity<PersonAnswer> register(@Valid @RequestBody RegistrationRequest request, Envelope envelope) {
        var answer = commands.send(request.toCommand(PersonId.random(), clock.instant()), unconditional(envelope));
        return ResponseEntity.created(URI.create("/api/people/" + answer.personId()))
                .eTag(PersonAnswer.eTag(answer))
                .body(PersonAnswer.of(answer));
    }

    @PatchMapping(
            path = "/{id}",
            consumes = {MERGE_PATCH, APPLICATION_JSON_VALUE})
    @Permits(OPERATOR)
    @Operation(
            summary = "Change contact data by a JSON Merge Patch: null removes a value, a list replaces the whole list")
    ResponseEntity<PersonAnswer> change(
            @PathVariable PersonId id, @Valid @RequestBody ContactDataPatchRequest request, Envelope envelope) {
        return PersonAnswer.ok(commands.send(new ChangeContactData(id, request.toPatch(), clock.instant()), envelope));
    }

    @DeleteMapping(path = "/{id}", consumes = APPLICATION_JSON_VALUE)
    @Permits(ADMIN)
    @Operation(summary = "Erase the person: makes the personal data unreadable for ever (GDPR Art. 17)")
    ResponseEntity<PersonAnswer> erase(
            @PathVariable PersonId id, @Valid @RequestBody ErasureRequest request, Envelope envelope) {
        return PersonAnswer.ok(commands.send(new ErasePerson(id, request.reason(), clock.instant()), envelope));
    }

    /** Drops {@code If-Match}: a new person has no version yet. */
    private static Envelope unconditional(Envelope envelope) {
        return new Envelope(envelope.provenance(), null, envelope.idempotencyKey());
    }

    record ErasureRequest(
            @NotNull(message = "is required") @Text(max = STATEMENT, filled = true)
            String reason) {}
}
