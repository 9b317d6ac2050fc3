package org.consentledger.command.mail;

import static org.consentledger.command.form.Texts.STATEMENT;
import static org.consentledger.kernel.provenance.Role.OPERATOR;
import static org.springframework.http.MediaType.APPLICATION_JSON_VALUE;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.consentledger.command.form.Consistent;
import org.consentledger.command.form.FieldRules;
import org.consentledger.command.form.Text;
import org.consentledger.command.gateway.CommandDispatcher;
import org.consentledger.command.gateway.Envelope;
import org.consentledger.foundation.http.HttpProblem;
import org.consentledger.foundation.http.Permits;
import org.consentledger.kernel.person.EmailContent;
import org.consentledger.kernel.person.PersonCommand.SendEmail;
import org.consentledger.kernel.person.PersonId;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** HTTP API for sending an e-mail to a person. */
@Tag(name = "E-mail")
@RestController
@RequestMapping(path = "/api/people/{id}/emails", produces = APPLICATION_JSON_VALUE)
class EmailController {

    private final CommandDispatcher commands;
    private final MailServer server;
    private final Clock clock;

    EmailController(CommandDispatcher commands, MailServer server, Clock clock) {
        this.commands = commands;
        this.server = server;
        this.clock = clock;
    }

    @PostMapping(consumes = APPLICATION_JSON_VALUE)
    @Permits(OPERATOR)
    @Operation(
            summary = "Send the person an e-mail",
            description =
                    "Accepts the e-mail and sends it soon after. The unsubscribe link replaces `{{unsubscribe}}` in"
                            + " the bodies, or is appended. If the person has unsubscribed (409) or was erased (410), the e-mail"
                            + " is refused and the refusal is recorded. A non-commercial e-mail may also go to a person who has"
                            + " unsubscribed; it has the link only in place of `{{unsubscribe}}`. Without a mail server the"
                            + " answer is 409 `mail-not-configured`.")
    ResponseEntity<EmailAnswer> send(
            @PathVariable PersonId id, @Valid @RequestBody EmailRequest request, Envelope envelope) {
        if (!server.isConfigured()) {
            throw new HttpProblem(
                    HttpStatus.CONFLICT,
                    "mail-not-configured",
                    "This ledger has no mail server: set spring.mail.host and ledger.mail.from.");
        }
        var emailId = envelope.resourceId();
        var answer = commands.send(
                new SendEmail(id, emailId, request.toContent(), request.isNonCommercial(), clock.instant()), envelope);
        return ResponseEntity.ok()
                .eTag(Long.toString(answer.version()))
                .body(new EmailAnswer(answer.personId().value(), answer.version(), emailId));
    }

    @Consistent
    record EmailRequest(
            @NotNull(message = REQUIRED) @Text(max = STATEMENT, filled = true)
            String subject,

            @NotNull(message = REQUIRED) @Text(max = BODY, filled = true)
            String text,

            @Text(max = BODY, filled = true) @Nullable String html,
            @Nullable Boolean nonCommercial)
            implements FieldRules {

        private static final String REQUIRED = "is required";
        private static final int BODY = 500_000;

        // A line break in the subject would let the caller add header fields of their own
        private static final Pattern NOT_ONE_LINE = Pattern.compile("[\\p{Cc}\\u2028\\u2029]");
        private static final Pattern NO_TEXT = Pattern.compile("[\\p{Cc}&&[^\\r\\n\\t]]");

        @Override
        public List<BrokenRule> brokenRules() {
            var broken = new ArrayList<BrokenRule>();
            if (subject != null && NOT_ONE_LINE.matcher(subject).find()) {
                broken.add(BrokenRule.of("subject", "must be one line without control characters"));
            }
            if (text != null && NO_TEXT.matcher(text).find()) {
                broken.add(BrokenRule.of("text", "must not have control characters but tabs and line breaks"));
            }
            if (html != null && NO_TEXT.matcher(html).find()) {
                broken.add(BrokenRule.of("html", "must not have control characters but tabs and line breaks"));
            }
            return broken;
        }

        EmailContent toContent() {
            return new EmailContent(subject, text, html);
        }

        boolean isNonCommercial() {
            return Boolean.TRUE.equals(nonCommercial);
        }
    }

    record EmailAnswer(UUID personId, long version, UUID emailId) {}
}
