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

/**
 * Writes the MIME message of a mail. A commercial mail gets the unsubscribe link in each body and the header fields of
 * RFC 2369 and RFC 8058.
 */
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
     * Writes the message.
     *
     * @param from the sender, in the form of {@link MailSettings#from}
     * @throws MessagingException if an address can't be written in the form that mail servers accept
     */
    WatchedMessage write(PersonId person, UUID emailId, AcceptedMail mail, String from, Session session)
            throws MessagingException {
        var sender = new InternetAddress(from, true);
        var link = links.urlFor(person, mail.address());
        var message = new WatchedMessage(session);
        message.setFrom(sender);
        // Only the address: a name could contain characters with a meaning in a header
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
        // Mail programs show the last alternative that they support (RFC 2046, 5.1.4)
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

    /** Returns the recipient with the domain in ASCII (IDNA), a form that every mail server accepts. */
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
