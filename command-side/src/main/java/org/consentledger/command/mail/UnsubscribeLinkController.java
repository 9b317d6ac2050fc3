package org.consentledger.command.mail;

import static org.consentledger.kernel.provenance.Role.OPERATOR;
import static org.springframework.http.MediaType.APPLICATION_JSON_VALUE;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import java.util.Map;
import org.consentledger.command.form.MailAddress;
import org.consentledger.command.link.UnsubscribeLinks;
import org.consentledger.command.pipeline.Recipients;
import org.consentledger.foundation.http.Permits;
import org.consentledger.foundation.privacy.LookupHash;
import org.consentledger.kernel.person.PersonId;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** HTTP API for applications that send their own mail: gives the unsubscribe link, or forbids the mail. */
@Tag(name = "E-mail")
@RestController
@RequestMapping(path = "/api/people/{id}/unsubscribe-link", produces = APPLICATION_JSON_VALUE)
class UnsubscribeLinkController {

    private final Recipients recipients;
    private final UnsubscribeLinks links;
    private final LookupHash hash;
    private final MailSettings settings;

    UnsubscribeLinkController(Recipients recipients, UnsubscribeLinks links, LookupHash hash, MailSettings settings) {
        this.recipients = recipients;
        this.links = links;
        this.hash = hash;
        this.settings = settings;
    }

    @PostMapping
    @Permits(OPERATOR)
    @Operation(
            summary = "Get the unsubscribe link for a mail that your application sends itself",
            description =
                    "Returns the link, the two header fields, and the message around the link as text and as HTML."
                            + " The link is for the person's first address, or for another address of the person that the"
                            + " request names. The answer is 409 if the person has unsubscribed and 410 if the person was"
                            + " erased; then the application must not send the mail. The request records nothing. The link never"
                            + " expires.")
    LinkAnswer link(@PathVariable PersonId id, @Valid @RequestBody(required = false) @Nullable LinkRequest request) {
        var address = recipients.addressOf(id, request == null ? null : request.email());
        var url = links.urlFor(id, hash.ofEmail(address));
        return new LinkAnswer(
                url,
                UnsubscribeHeaders.of(url),
                new MailBodies(settings, url, false).appendix(),
                HtmlBody.appendix(url, settings));
    }

    record LinkRequest(@MailAddress @Nullable String email) {}

    record LinkAnswer(String url, Map<String, String> headers, String text, String html) {}
}
