package org.consentledger.command.person;

import static java.util.Objects.requireNonNull;
import static org.consentledger.command.form.Texts.STATEMENT;
import static org.consentledger.command.form.Texts.orAbsent;
import static org.consentledger.kernel.provenance.Role.ADMIN;
import static org.consentledger.kernel.provenance.Role.OPERATOR;
import static org.springframework.http.MediaType.APPLICATION_JSON_VALUE;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.PastOrPresent;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.consentledger.command.form.Consistent;
import org.consentledger.command.form.FieldRules;
import org.consentledger.command.form.Text;
import org.consentledger.command.gateway.CommandDispatcher;
import org.consentledger.command.gateway.Envelope;
import org.consentledger.foundation.http.Permits;
import org.consentledger.kernel.person.Evidence;
import org.consentledger.kernel.person.PersonCommand.ApproveResubscribe;
import org.consentledger.kernel.person.PersonCommand.RejectResubscribe;
import org.consentledger.kernel.person.PersonCommand.RequestResubscribe;
import org.consentledger.kernel.person.PersonCommand.Unsubscribe;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.UnsubscribeReason;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Records opt-outs, requests to resubscribe with evidence, and an admin's decisions on them. */
@Tag(name = "Subscription")
@RestController
@RequestMapping(path = "/api/people/{id}", produces = APPLICATION_JSON_VALUE)
class SubscriptionController {

    private static final String REQUIRED = "is required";
    private static final String NOT_IN_FUTURE = "must not be in the future";

    private final CommandDispatcher commands;
    private final Clock clock;

    SubscriptionController(CommandDispatcher commands, Clock clock) {
        this.commands = commands;
        this.clock = clock;
    }

    @PostMapping("/unsubscribe")
    @Permits(OPERATOR)
    @Operation(summary = "Unsubscribe the person: no e-mails any more")
    ResponseEntity<PersonAnswer> unsubscribe(
            @PathVariable PersonId id,
            @Valid @RequestBody(required = false) @Nullable UnsubscribeRequest request,
            Envelope envelope) {
        var why = request == null ? new UnsubscribeRequest(null, null) : request;
        return PersonAnswer.ok(commands.send(
                new Unsubscribe(id, why.reason(), orAbsent(why.comment()), null, clock.instant()), envelope));
    }

    @PostMapping(path = "/resubscribe-requests", consumes = APPLICATION_JSON_VALUE)
    @Permits(OPERATOR)
    @Operation(summary = "Request a resubscribe with evidence of a new consent; an admin decides")
    ResponseEntity<PersonAnswer> requestResubscribe(
            @PathVariable PersonId id, @Valid @RequestBody EvidenceRequest request, Envelope envelope) {
        return PersonAnswer.ok(commands.send(
                new RequestResubscribe(id, request.toEvidence(), clock.getZone(), clock.instant()), envelope));
    }

    @PostMapping(path = "/resubscribe-approval", consumes = APPLICATION_JSON_VALUE)
    @Permits(ADMIN)
    @Operation(
            summary = "Approve a resubscribe: e-mails are allowed again",
            description = "Uses the evidence in this request, or else that of the pending resubscribe request.")
    ResponseEntity<PersonAnswer> approveResubscribe(
            @PathVariable PersonId id, @Valid @RequestBody ApprovalRequest request, Envelope envelope) {
        return PersonAnswer.ok(commands.send(request.toCommand(id, clock), envelope));
    }

    @PostMapping(path = "/resubscribe-rejection", consumes = APPLICATION_JSON_VALUE)
    @Permits(ADMIN)
    @Operation(summary = "Reject a resubscribe request")
    ResponseEntity<PersonAnswer> rejectResubscribe(
            @PathVariable PersonId id, @Valid @RequestBody RejectionRequest request, Envelope envelope) {
        return PersonAnswer.ok(commands.send(new RejectResubscribe(id, request.reason(), clock.instant()), envelope));
    }

    record UnsubscribeRequest(
            @Nullable UnsubscribeReason reason,
            @Text(max = STATEMENT) @Nullable String comment) {}

    record EvidenceRequest(
            @NotNull(message = REQUIRED) @PastOrPresent(message = NOT_IN_FUTURE)
            LocalDate dateOfConsent,

            @NotNull(message = REQUIRED) @Text(max = STATEMENT, filled = true)
            String purposeOfProcessing,

            @NotNull(message = REQUIRED) @Text(max = STATEMENT, filled = true)
            String givenHow,

            @Text(max = STATEMENT) @Nullable String reference) {

        Evidence toEvidence() {
            return new Evidence(dateOfConsent, purposeOfProcessing, givenHow, orAbsent(reference));
        }
    }

    /** A request to approve a resubscribe. The approver's own evidence is complete or absent. */
    @Consistent
    record ApprovalRequest(
            @NotNull(message = REQUIRED) Boolean attested,

            @NotNull(message = REQUIRED) @Text(max = STATEMENT, filled = true)
            String reason,

            @PastOrPresent(message = NOT_IN_FUTURE) @Nullable
            LocalDate dateOfConsent,

            @Text(max = STATEMENT, filled = true) @Nullable String purposeOfProcessing,
            @Text(max = STATEMENT, filled = true) @Nullable String givenHow,
            @Text(max = STATEMENT) @Nullable String reference)
            implements FieldRules {

        @Override
        public List<BrokenRule> brokenRules() {
            var broken = new ArrayList<BrokenRule>();
            if (hasEvidence()) {
                require("dateOfConsent", dateOfConsent, broken);
                require("purposeOfProcessing", purposeOfProcessing, broken);
                require("givenHow", givenHow, broken);
            }
            return broken;
        }

        ApproveResubscribe toCommand(PersonId id, Clock clock) {
            var evidence = hasEvidence()
                    ? new Evidence(
                            requireNonNull(dateOfConsent),
                            requireNonNull(purposeOfProcessing),
                            requireNonNull(givenHow),
                            orAbsent(reference))
                    : null;
            return new ApproveResubscribe(id, attested, reason, evidence, clock.getZone(), clock.instant());
        }

        private boolean hasEvidence() {
            return dateOfConsent != null
                    || purposeOfProcessing != null
                    || givenHow != null
                    || orAbsent(reference) != null;
        }

        private static void require(String field, @Nullable Object value, List<BrokenRule> broken) {
            if (value == null) {
                broken.add(BrokenRule.of(field, "is required where evidence is given"));
            }
        }
    }

    record RejectionRequest(
            @NotNull(message = REQUIRED) @Text(max = STATEMENT, filled = true)
            String reason) {}
}
