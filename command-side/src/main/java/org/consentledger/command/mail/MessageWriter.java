package org.consentledger.command.mail;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.mail.Message.RecipientType;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.net.IDN;
import java.time.Clock;
import java.util.Date;
import java.util.UUID;
import org.consentledger.command.link.UnsubscribeLinks;
import org.consentledger.kernel.person.PersonId;
import org.springframework.stereotype.Component;

/** Makes messages: with the unsubscribe link in each body, and the header fields of RFC 2369 and RFC 8058. */
@Component
class MessageWriter {

    private final MailSettings settings;
    private final UnsubscribeLinks links;
    private final Clock clock;

    MessageWriter(MailSettings settings, UnsubscribeLinks links, Clock clock) {
        this.settings = settings;
        this.links = links;
        this.clock = clock;
    }

    /**
     * The message for a mail.
     *
     * @param from as in the settings
     * @throws MessagingException if an address can't be written as mail programs want it
     */
    WatchedMessage write(PersonId person, UUID emailId, AcceptedMail mail, String from, Session session)
            throws MessagingException {
        var sender = new InternetAddress(from, true);
        var link = links.urlFor(person, mail.address());
        var message = new WatchedMessage(session);
        message.setFrom(sender);
        // The address alone: a name could bring characters that mean something in a header
        message.setRecipient(RecipientType.TO, recipient(mail.to()));
        message.setSubject(mail.content().subject(), UTF_8.name());
        message.setSentDate(Date.from(clock.instant()));
        message.setHeader("Message-ID", MessageIds.of(emailId, sender));
        setBodies(message, mail, link);
        if (!mail.nonCommercial()) {
            for (var header : UnsubscribeHeaders.of(link).entrySet()) {
                message.setHeader(header.getKey(), header.getValue());
            }
        }
        message.saveChanges();
        return message;
    }

    private void setBodies(MimeMessage message, AcceptedMail mail, String link) throws MessagingException {
        var bodies = new MailBodies(settings, link, mail.nonCommercial());
        var text = bodies.text(mail.content().text());
        var html = mail.content().html();
        if (html == null) {
            message.setText(text, UTF_8.name());
            return;
        }
        // The best comes last
        var both = new MimeMultipart("alternative");
        both.addBodyPart(part(text, "plain"));
        both.addBodyPart(part(bodies.html(html), "html"));
        message.setContent(both);
    }

    private static MimeBodyPart part(String text, String subtype) throws MessagingException {
        var part = new MimeBodyPart();
        part.setText(text, UTF_8.name(), subtype);
        return part;
    }

    /** Domains of other scripts in the form that every server takes. */
    private static InternetAddress recipient(String address) throws MessagingException {
        var at = address.lastIndexOf('@');
        try {
            var recipient = new InternetAddress();
            recipient.setAddress(address.substring(0, at + 1) + IDN.toASCII(address.substring(at + 1)));
            recipient.validate();
            return recipient;
        } catch (IllegalArgumentException noDomain) {
            throw new MessagingException("The domain can't be written in ASCII");
        }
    }
}
