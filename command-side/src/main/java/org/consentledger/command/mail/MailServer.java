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

/** The configured mail server. A ledger without one sends no mail. */
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
                    "ledger.mail.from is missing: a mail server is configured (spring.mail.host), so a sender address is required");
        }
        if (from != null) {
            requireOneAddress(from);
        }
    }

    boolean isConfigured() {
        return sender != null;
    }

    /** Returns the sender address. */
    String from() {
        return Optional.ofNullable(from).orElseThrow(MailServer::notConfigured);
    }

    Session session() {
        return required().createMimeMessage().getSession();
    }

    /** Sends a message and returns the result. Does not throw for failures of the server. */
    SendResult send(WatchedMessage message) {
        try {
            required().send(message);
            return new SendResult.Taken();
        } catch (MailSendException failure) {
            if (failure.getFailedMessages().isEmpty() && message.isWritten()) {
                return new SendResult.Taken(); // only closing the connection failed
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
