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

/** HTTP API for bounces and complaints about mails of the ledger and of other applications. */
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
            summary = "Process a bounce or a complaint",
            description =
                    "Takes a delivery report (RFC 3464), a complaint (RFC 5965) or a plain-text report of Exim or qmail:"
                            + " the whole message, also with another message around it, or the multipart/report part"
                            + " alone. A permanent failure of the address or a complaint unsubscribes the person. The"
                            + " person is found by the unsubscribe link or the Message-ID of the returned mail,"
                            + " otherwise by the address. Any other report changes nothing, and neither does the same"
                            + " report again. A failure or complaint that names nobody is answered 422: keep the message.")
    ReportAnswer process(
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
        if (report.addresses().isEmpty()) {
            throw new HttpProblem(
                    HttpStatus.UNPROCESSABLE_CONTENT,
                    "report-without-recipient",
                    "The report is about a mail to somebody, but names no address that can be opted out");
        }
        report.addresses().forEach(address -> commands.unsubscribe(address, reason, envelope));
        return report.addresses().size();
    }

    private Optional<UnsubscribeLinks.Target> target(MailReport report) {
        return links.findIn(report.returned())
                .or(() -> MessageIds.in(report.returned()).stream()
                        .flatMap(id -> outbox.findTrace(id).stream())
                        .findFirst());
    }

    /** @param unsubscribed the number of addresses that the report opted out, including addresses without a person */
    record ReportAnswer(Kind kind, int unsubscribed) {}
}
