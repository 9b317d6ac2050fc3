package org.consentledger.command.person;

import static org.consentledger.kernel.provenance.Role.AUDITOR;
import static org.consentledger.kernel.provenance.Role.OPERATOR;
import static org.springframework.http.MediaType.APPLICATION_JSON_VALUE;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.time.Clock;
import java.util.UUID;
import org.consentledger.command.gateway.CommandDispatcher;
import org.consentledger.command.gateway.Envelope;
import org.consentledger.foundation.http.Permits;
import org.consentledger.kernel.person.PersonCommand.RecordExport;
import org.consentledger.kernel.person.PersonId;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Records that a person's data is exported. The query side serves the data afterwards. */
@Tag(name = "Exports")
@RestController
@RequestMapping(path = "/api/people/{id}/exports", produces = APPLICATION_JSON_VALUE)
class ExportController {

    private final CommandDispatcher commands;
    private final Clock clock;

    ExportController(CommandDispatcher commands, Clock clock) {
        this.commands = commands;
        this.clock = clock;
    }

    @PostMapping
    @Permits({OPERATOR, AUDITOR})
    @Operation(summary = "Export the person's data: records the export before the data is handed out")
    @ApiResponse(responseCode = "201", description = "Recorded; Location names the CSV")
    ResponseEntity<ExportAnswer> export(
            @PathVariable PersonId id,
            @Parameter(hidden = true) @RequestBody(required = false) @Nullable ExportRequest nothing,
            Envelope envelope) {
        var exportId = envelope.resourceId();
        var answer = commands.send(new RecordExport(id, exportId, clock.instant()), envelope);
        return ResponseEntity.created(URI.create("/api/people/" + id + "/exports/" + exportId))
                .eTag(PersonAnswer.eTag(answer))
                .body(new ExportAnswer(answer.personId().value(), answer.version(), exportId));
    }

    /** The request has no fields, so any field is an error. */
    record ExportRequest() {}

    record ExportAnswer(UUID personId, long version, UUID exportId) {}
}
