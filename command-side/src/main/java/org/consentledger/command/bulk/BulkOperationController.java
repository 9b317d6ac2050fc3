package org.consentledger.command.bulk;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import java.util.UUID;
import org.consentledger.command.gateway.Envelope;
import org.consentledger.command.jobs.JobAnswer;
import org.consentledger.command.jobs.JobKey;
import org.consentledger.command.jobs.JobKind;
import org.consentledger.command.jobs.JobService;
import org.consentledger.command.jobs.JobStore;
import org.consentledger.command.jobs.NewJob;
import org.consentledger.foundation.http.Permits;
import org.consentledger.foundation.privacy.KeySettings;
import org.consentledger.kernel.provenance.Role;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/** Starts, shows, follows and cancels bulk operations. */
@RestController
@RequestMapping(path = "/api/bulk-operations", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Bulk operations", description = "One command for many people, as a job that can be followed and cancelled")
class BulkOperationController {

    private final SelectedPeople selected;
    private final JobStore store;
    private final JobService jobs;
    private final KeySettings keys;

    BulkOperationController(SelectedPeople selected, JobStore store, JobService jobs, KeySettings keys) {
        this.selected = selected;
        this.store = store;
        this.jobs = jobs;
        this.keys = keys;
    }

    @Permits(Role.OPERATOR)
    @Operation(
            summary = "Start a bulk operation",
            description = "The selection is fixed when the operation starts: people who match a filter only later are"
                    + " left out. Unknown and erased people are listed in the failures. A dry run records nothing.")
    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<JobAnswer> start(@Valid @RequestBody BulkOperationRequest request, Envelope envelope) {
        var id = UUID.randomUUID();
        return jobs.start(JobKind.BULK, id, envelope.idempotencyKey(), () -> {
            store.add(new NewJob(
                    id,
                    JobKind.BULK,
                    request.isDryRun(),
                    0,
                    null,
                    envelope.provenance(),
                    JobKey.random(id, keys),
                    BulkWork.Order.of(request).toJson()));
            store.setTotal(id, selected.settle(id, request.selection()));
        });
    }

    @Permits(Role.OPERATOR)
    @Operation(summary = "Status of a bulk operation")
    @GetMapping("/{id}")
    ResponseEntity<JobAnswer> show(@PathVariable UUID id) {
        return jobs.show(JobKind.BULK, id);
    }

    @Permits(Role.OPERATOR)
    @Operation(summary = "The people for whom the operation failed, with the reason, as CSV: personId,reason")
    @GetMapping(path = "/{id}/failures", produces = "text/csv")
    ResponseEntity<StreamingResponseBody> failures(@PathVariable UUID id) {
        return jobs.failures(JobKind.BULK, id);
    }

    @Permits(Role.OPERATOR)
    @Operation(
            summary = "Follow a bulk operation: an event `progress` at each change of its progress, until it has ended")
    @GetMapping(path = "/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter follow(@PathVariable UUID id) {
        return jobs.follow(JobKind.BULK, id);
    }

    @Permits(Role.OPERATOR)
    @Operation(summary = "Cancel a bulk operation; changes that it has made stay")
    @DeleteMapping("/{id}")
    ResponseEntity<JobAnswer> cancel(@PathVariable UUID id) {
        return jobs.cancel(JobKind.BULK, id);
    }
}
