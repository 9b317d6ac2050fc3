package org.consentledger.command.mail;

import jakarta.mail.MessagingException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;
import org.jspecify.annotations.Nullable;
import org.springframework.mail.MailSendException;

/** Result of one attempt to hand a mail to a server. */
sealed interface SendResult {

    Pattern ENHANCED = Pattern.compile("^\\d{3}[ -]([245]\\.\\d{1,3}\\.\\d{1,3})\\b");

    /** A mail server has taken the mail. */
    record Taken() implements SendResult {}

    /** The mail must not go out any more. */
    record Stopped() implements SendResult {}

    /**
     * Permanent failure: the server refused the mail.
     *
     * @param unknownRecipient whether the server refused the recipient because the address does not exist
     */
    record Rejected(String status, boolean unknownRecipient) implements SendResult {}

    /** Temporary failure: the mail may be retried. */
    record NotYet(@Nullable String status) implements SendResult {}

    /** The connection broke after the server had the whole content, so it may or may not have accepted it. */
    record Unknown() implements SendResult {}

    /**
     * Reads the result from a failure. A reply code of the server counts first. Without one, the result depends on
     * whether the server had the whole content: before that it must not accept the mail (RFC 5321, 4.1.1.4).
     */
    static SendResult of(Exception failure, WatchedMessage message) {
        var seen = Collections.newSetFromMap(new IdentityHashMap<Throwable, Boolean>());
        var open = new ArrayDeque<Throwable>();
        open.add(failure);
        while (!open.isEmpty()) {
            var next = open.poll();
            if (!seen.add(next)) {
                continue;
            }
            if (next instanceof StoppedException) {
                return new Stopped();
            }
            var code = codeOf(next);
            if (code.isPresent() && code.getAsInt() >= 400 && code.getAsInt() < 600) {
                var enhanced = enhanced(next.getMessage());
                var status = enhanced == null ? Integer.toString(code.getAsInt()) : code.getAsInt() + " " + enhanced;
                return code.getAsInt() >= 500
                        ? new Rejected(
                                status,
                                next instanceof SMTPAddressFailedException
                                        && FailureCause.of(enhanced, next.getMessage()) == FailureCause.ADDRESS)
                        : new NotYet(status);
            }
            if (next.getCause() != null) {
                open.add(next.getCause());
            }
            if (next instanceof MessagingException chained && chained.getNextException() != null) {
                open.add(chained.getNextException());
            }
            if (next instanceof MailSendException several) {
                Collections.addAll(open, several.getMessageExceptions());
            }
        }
        return message.isWritten() ? new Unknown() : new NotYet(null);
    }

    private static OptionalInt codeOf(Throwable failure) {
        return switch (failure) {
            case SMTPAddressFailedException address -> OptionalInt.of(address.getReturnCode());
            case SMTPSenderFailedException sender -> OptionalInt.of(sender.getReturnCode());
            case SMTPSendFailedException send -> OptionalInt.of(send.getReturnCode());
            default -> OptionalInt.empty();
        };
    }

    /** The code alone (RFC 3463): a server's words may quote the address. */
    private static @Nullable String enhanced(@Nullable String words) {
        var found = ENHANCED.matcher(words == null ? "" : words);
        return found.find() ? found.group(1) : null;
    }
}
