package org.consentledger.command.mail;

import static org.consentledger.kernel.provenance.Role.OPERATOR;
import static org.springframework.http.MediaType.APPLICATION_JSON_VALUE;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Optional;
import org.consentledger.command.gateway.CommandDispatcher;
import org.consentledger.command.gateway.Envelope;
import org.consentledger.command.link.LinkUnsubscriber;
import org.consentledger.command.link.UnsubscribeLinks;
import org.consentledger.command.mail.MailReport.Kind;
import org.consentledger.command.mail.MailReport.UnreadableReportException;
import org.consentledger.foundation.http.HttpProblem;
import org.consentledger.foundation.http.Permits;
import org.consentledger.kernel.person.UnsubscribeReason;
import org.consentledger.kernel.provenance.Provenance;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The door for what comes back of mails, ours and those of applications. */
@Tag(name = "E-mail")
@RestController
@RequestMapping(path = "/api/mail-reports", produces = APPLICATION_JSON_VALUE)
class MailReportController {

    private final Outbox outbox;
    private final UnsubscribeLinks links;
    private final LinkUnsubscriber unsubscriber;
    private final CommandDispatcher commands;

    MailReportController(
            Outbox outbox, UnsubscribeLinks links, LinkUnsubscriber unsubscriber, CommandDispatcher commands) {
        this.outbox = outbox;
        this.links = links;
        this.unsubscriber = unsubscriber;
        this.commands = commands;
    }

    @PostMapping(consumes = {"message/rfc822", "multipart/report"})
    @Permits(OPERATOR)
    @Operation(
            summary = "Take in a bounce or a complaint",
            description =
                    "A delivery report (RFC 3464) or a complaint (RFC 5965), as the message that came in or as its"
                            + " multipart/report alone. Whom a permanent failure (5.x.x) or a complaint is about is"
                            + " unsubscribed: known by the link or the Message-ID of the mail that came back with it, else by"
                            + " the address. Anything else changes nothing. The same report again changes nothing more.")
    ReportAnswer take(
            @RequestBody byte[] report,
            @Parameter(hidden = true) @RequestHeader(HttpHeaders.CONTENT_TYPE) String contentType,
            Provenance provenance) {
        MailReport read;
        try {
            read = MailReport.read(report, contentType);
        } catch (UnreadableReportException unreadable) {
            throw new HttpProblem(
                    HttpStatus.BAD_REQUEST,
                    "unreadable-report",
                    "The report can't be read: " + unreadable.getMessage());
        }
        return new ReportAnswer(
                read.kind(),
                switch (read.kind()) {
                    case PERMANENT_FAILURE -> optOut(read, UnsubscribeReason.BOUNCED, provenance);
                    case COMPLAINT -> optOut(read, UnsubscribeReason.COMPLAINED, provenance);
                    case OTHER -> 0;
                });
    }

    private int optOut(MailReport report, UnsubscribeReason reason, Provenance provenance) {
        var envelope = Envelope.of(provenance);
        var target = target(report);
        if (target.isPresent()) {
            unsubscriber.record(target.get(), reason, null, envelope);
            return 1;
        }
        report.addresses().forEach(address -> commands.unsubscribe(address, reason, envelope));
        return report.addresses().size();
    }

    private Optional<UnsubscribeLinks.Target> target(MailReport report) {
        return links.findIn(report.returned())
                .or(() -> MessageIds.in(report.returned()).stream()
                        .flatMap(id -> outbox.traceOf(id).stream())
                        .findFirst());
    }

    /** @param unsubscribed how many addresses are opted out now because of the report, known or not */
    record ReportAnswer(Kind kind, int unsubscribed) {}
}
