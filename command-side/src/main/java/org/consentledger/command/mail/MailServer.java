package org.consentledger.command.mail;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.mail.MailSendException;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.stereotype.Component;

/** The mail server that the settings name, if they do. A ledger without one sends nothing. */
@Component
class MailServer {

    private static final Logger LOG = LoggerFactory.getLogger(MailServer.class);

    private final @Nullable JavaMailSender sender;
    private final @Nullable String from;

    MailServer(ObjectProvider<JavaMailSender> senders, MailSettings settings) {
        sender = senders.getIfAvailable();
        from = settings.from() == null || settings.from().isBlank() ? null : settings.from();
        if (sender != null && from == null) {
            throw new IllegalArgumentException(
                    "ledger.mail.from is missing: there is a mail server (spring.mail.host), but nobody to write as");
        }
        if (from != null) {
            requireOneAddress(from);
        }
    }

    boolean isConfigured() {
        return sender != null;
    }

    /** Whom mails come from. */
    String from() {
        return Optional.ofNullable(from).orElseThrow(MailServer::notConfigured);
    }

    Session session() {
        return required().createMimeMessage().getSession();
    }

    /** Hands a message over, and says what that came to. */
    SendResult send(WatchedMessage message) {
        try {
            required().send(message);
            return new SendResult.Taken();
        } catch (MailSendException failure) {
            if (failure.getFailedMessages().isEmpty() && message.isWritten()) {
                return new SendResult.Taken(); // and then the connection couldn't be closed as it should be
            }
            return result(failure, message);
        } catch (RuntimeException failure) {
            return result(failure, message);
        }
    }

    private static SendResult result(RuntimeException failure, WatchedMessage message) {
        var result = SendResult.of(failure, message);
        if (!(result instanceof SendResult.Stopped)) {
            LOG.warn("A mail was not sent: {} ({})", result, failure.getClass().getSimpleName());
        }
        return result;
    }

    private JavaMailSender required() {
        return Optional.ofNullable(sender).orElseThrow(MailServer::notConfigured);
    }

    private static IllegalStateException notConfigured() {
        return new IllegalStateException("There is no mail server");
    }

    private static void requireOneAddress(String from) {
        try {
            new InternetAddress(from, true).validate();
        } catch (MessagingException e) {
            throw new IllegalArgumentException("ledger.mail.from is not an address");
        }
    }
}
