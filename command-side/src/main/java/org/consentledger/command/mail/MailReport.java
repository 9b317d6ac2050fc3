package org.consentledger.command.mail;

import jakarta.mail.BodyPart;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetHeaders;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import org.consentledger.kernel.person.EmailAddress;
import org.jspecify.annotations.Nullable;

/**
 * Parses what a mail server sends back about a mail: a delivery report (RFC 3464) or a complaint (RFC 5965). Example: a
 * report with the block {@code Final-Recipient: rfc822; ada@example.org}, {@code Action: failed}, {@code Status: 5.1.1}
 * is a {@code PERMANENT_FAILURE} of that address. The returned header fields carry our unsubscribe link or Message-ID,
 * by which the caller finds the person.
 *
 * @param addresses the addresses that the mail did not reach, or that complain
 * @param returned the header fields of the mail itself by which it can be known again; empty if it didn't come along
 */
record MailReport(Kind kind, List<String> addresses, String returned) {

    enum Kind {
        /** The mail can't be delivered to that address, now or later. */
        PERMANENT_FAILURE,
        /** The reader doesn't want such mail. */
        COMPLAINT,
        /** Anything else: a delay, a success, a failure that may pass, a report that is no complaint. */
        OTHER
    }

    /** Thrown if the content is not a report. */
    static final class UnreadableReportException extends Exception {
        UnreadableReportException(String message) {
            super(message, null, false, false);
        }
    }

    private static final Session NO_SESSION = Session.getInstance(new Properties());

    // Of these types a feedback report is no complaint (RFC 5965, 6430, 6591); one of unknown type counts as one.
    private static final Set<String> NO_COMPLAINTS = Set.of("not-spam", "virus", "auth-failure");

    /** One is of the mail, each other one of a recipient. Far more than any report has, and few enough to be kept. */
    private static final int MOST_BLOCKS = 1000;

    private static final List<String> RECOGNISABLE = List.of("List-Unsubscribe", "Message-ID");

    /**
     * Reads a report.
     *
     * @param contentType of what came in: a whole message, or the report that one had as its content
     * @throws UnreadableReportException if it is neither
     */
    static MailReport read(byte[] content, String contentType) throws UnreadableReportException {
        try {
            var message = new MimeMessage(NO_SESSION, message(content, contentType));
            if (!message.isMimeType("multipart/*") || !(message.getContent() instanceof MimeMultipart report)) {
                throw new UnreadableReportException("The message contains no report");
            }
            return read(report);
        } catch (MessagingException | IOException e) {
            throw new UnreadableReportException("The report is not well-formed");
        }
    }

    private static InputStream message(byte[] content, String contentType) {
        var body = new ByteArrayInputStream(content);
        return contentType.toLowerCase(Locale.ROOT).startsWith("multipart/")
                ? new SequenceInputStream(
                        new ByteArrayInputStream(("MIME-Version: 1.0\r\nContent-Type: " + contentType + "\r\n\r\n")
                                .getBytes(StandardCharsets.UTF_8)),
                        body)
                : body;
    }

    private static MailReport read(MimeMultipart report)
            throws MessagingException, IOException, UnreadableReportException {
        BodyPart delivery = null;
        BodyPart feedback = null;
        var returned = "";
        for (int number = 0; number < report.getCount(); number++) {
            var part = report.getBodyPart(number);
            if (part.isMimeType("message/delivery-status") || part.isMimeType("message/global-delivery-status")) {
                delivery = part;
            } else if (part.isMimeType("message/feedback-report")) {
                feedback = part;
            } else if (part.isMimeType("message/rfc822")
                    || part.isMimeType("message/global")
                    || part.isMimeType("text/rfc822-headers")
                    || part.isMimeType("message/global-headers")) {
                returned = recognisable(part);
            }
        }
        if (feedback != null) {
            return complaint(feedback, returned);
        }
        if (delivery != null) {
            return delivery(delivery, returned);
        }
        throw new UnreadableReportException("The message contains no report");
    }

    /** One block of fields about the message, then one for each recipient. */
    private static MailReport delivery(BodyPart part, String returned)
            throws MessagingException, IOException, UnreadableReportException {
        var failed = new LinkedHashSet<String>();
        var recipients = 0;
        var permanent = false;
        for (var fields : blocks(part)) {
            var action = field(fields, "Action");
            if (action == null) {
                continue;
            }
            recipients++;
            var status = field(fields, "Status");
            if (action.equalsIgnoreCase("failed") && isPermanent(status)) {
                permanent = true;
                addAddress(field(fields, "Original-Recipient"), failed);
                addAddress(field(fields, "Final-Recipient"), failed);
            }
        }
        if (recipients == 0) {
            throw new UnreadableReportException("It names no recipient");
        }
        return new MailReport(permanent ? Kind.PERMANENT_FAILURE : Kind.OTHER, List.copyOf(failed), returned);
    }

    /** Whether they will never take a mail for the recipient; that they don't like this one or us is no such thing. */
    private static boolean isPermanent(@Nullable String status) {
        return status != null
                && status.startsWith("5.")
                && FailureCause.of(status.split("\\s", 2)[0]) != FailureCause.SENDER;
    }

    private static MailReport complaint(BodyPart part, String returned)
            throws MessagingException, IOException, UnreadableReportException {
        var blocks = blocks(part);
        var type = blocks.isEmpty() ? null : field(blocks.getFirst(), "Feedback-Type");
        if (type == null) {
            throw new UnreadableReportException("It doesn't say what kind of feedback it is");
        }
        var addresses = new LinkedHashSet<String>();
        for (var name : List.of("Original-Rcpt-To", "Removal-Recipient")) {
            var values = blocks.getFirst().getHeader(name);
            for (var value : values == null ? new String[0] : values) {
                addAddress(value, addresses);
            }
        }
        var complains = !NO_COMPLAINTS.contains(type.toLowerCase(Locale.ROOT));
        return new MailReport(complains ? Kind.COMPLAINT : Kind.OTHER, List.copyOf(addresses), returned);
    }

    /** The blocks of fields, however many blank lines are between them. */
    private static List<InternetHeaders> blocks(BodyPart part)
            throws MessagingException, IOException, UnreadableReportException {
        var blocks = new ArrayList<InternetHeaders>();
        try (var in = part.getInputStream()) {
            var content = new ByteArrayInputStream(in.readAllBytes());
            while (skipBlankLines(content)) {
                var fields = new InternetHeaders(content, true);
                if (!fields.getAllHeaderLines().hasMoreElements()) {
                    continue;
                }
                if (blocks.size() == MOST_BLOCKS) {
                    throw new UnreadableReportException("It is about too many recipients");
                }
                blocks.add(fields);
            }
        }
        return blocks;
    }

    /** Whether anything follows them. */
    private static boolean skipBlankLines(ByteArrayInputStream content) {
        int next;
        do {
            content.mark(0);
            next = content.read();
        } while (next == '\r' || next == '\n');
        content.reset();
        return next >= 0;
    }

    private static String recognisable(BodyPart part) throws MessagingException, IOException {
        var found = new StringBuilder();
        try (var in = part.getInputStream()) {
            var fields = new InternetHeaders(in, true);
            for (var name : RECOGNISABLE) {
                var value = fields.getHeader(name, "\n");
                if (value != null) {
                    // Long fields are folded, and a link is long
                    found.append(value.replaceAll("\\s", "")).append('\n');
                }
            }
        }
        return found.toString();
    }

    private static @Nullable String field(InternetHeaders fields, String name) {
        var value = fields.getHeader(name, null);
        return value == null ? null : value.strip();
    }

    /** {@code rfc822; ada@example.org}, with or without the type and with or without angle brackets. */
    private static void addAddress(@Nullable String value, Set<String> addresses) {
        if (value == null) {
            return;
        }
        var address = value.substring(value.indexOf(';') + 1).strip();
        if (address.startsWith("<") && address.endsWith(">")) {
            address = address.substring(1, address.length() - 1);
        }
        if (EmailAddress.isWellFormed(address)) {
            addresses.add(address);
        }
    }

    /** Keeps addresses out of logs. */
    @Override
    public String toString() {
        return "MailReport[" + kind + "]";
    }
}
