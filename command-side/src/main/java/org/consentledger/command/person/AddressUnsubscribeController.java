package org.consentledger.command.person;

import static org.consentledger.kernel.provenance.Role.OPERATOR;
import static org.springframework.http.MediaType.APPLICATION_JSON_VALUE;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import org.consentledger.command.form.MailAddress;
import org.consentledger.command.gateway.CommandDispatcher;
import org.consentledger.command.gateway.Envelope;
import org.consentledger.foundation.http.Permits;
import org.consentledger.kernel.person.EmailAddress;
import org.consentledger.kernel.person.SubscriptionStatus;
import org.consentledger.kernel.person.UnsubscribeReason;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Opts addresses out. The answer never tells whether the ledger knows the address. */
@Tag(name = "Subscription")
@RestController
@RequestMapping(path = "/api/unsubscribes", produces = APPLICATION_JSON_VALUE)
class AddressUnsubscribeController {

    private static final UnsubscribedAnswer UNSUBSCRIBED = new UnsubscribedAnswer(SubscriptionStatus.UNSUBSCRIBED);

    private final CommandDispatcher commands;

    AddressUnsubscribeController(CommandDispatcher commands) {
        this.commands = commands;
    }

    @PostMapping(consumes = APPLICATION_JSON_VALUE)
    @Permits(OPERATOR)
    @Operation(summary = "Opt out an address, whether or not a person in the ledger has it")
    UnsubscribedAnswer unsubscribe(@Valid @RequestBody AddressUnsubscribeRequest request, Envelope envelope) {
        // If-Match doesn't apply: the address may have no holder
        commands.unsubscribe(
                EmailAddress.written(request.email()),
                request.reason(),
                new Envelope(envelope.provenance(), null, envelope.idempotencyKey()));
        return UNSUBSCRIBED;
    }

    record AddressUnsubscribeRequest(
            @NotNull(message = "is required") @MailAddress String email,
            @Nullable UnsubscribeReason reason) {}

    record UnsubscribedAnswer(SubscriptionStatus status) {}
}
