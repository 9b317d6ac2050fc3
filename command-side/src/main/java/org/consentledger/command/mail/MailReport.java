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
 * @param addresses the addresses with a permanent failure, or with the complaint
 * @param returned the header fields of the returned mail that identify it; empty if the report does not contain the
 *     mail
 */
record MailReport(Kind kind, List<String> addresses, String returned) {

    enum Kind {
        /** The mail can't be delivered to that address, now or later. */
        PERMANENT_FAILURE,
        /** The reader doesn't want such mail. */
        COMPLAINT,
        /** Any other report: a delay, a success, a temporary failure, feedback other than a complaint. */
        OTHER
    }

    /** Thrown if the content is not a report. */
    static final class UnreadableReportException extends Exception {
        UnreadableReportException(String message) {
            super(message, null, false, false);
        }
    }

    private static final Session NO_SESSION = Session.getInstance(new Properties());

    // Feedback reports of these types are no complaints (RFC 5965, 6430, 6591). A report of an unknown type is one.
    private static final Set<String> NO_COMPLAINTS = Set.of("not-spam", "virus", "auth-failure");

    /**
     * The maximum number of blocks: one for the mail and one for each recipient. It is far above the size of real
     * reports, and low enough to hold the blocks in memory.
     */
    private static final int MOST_BLOCKS = 1000;

    private static final List<String> IDENTIFYING_FIELDS = List.of("List-Unsubscribe", "Message-ID");

    /**
     * Reads a report.
     *
     * @param contentType the type of the content: {@code multipart/…} for the report part alone, any other type for a
     *     whole message
     * @throws UnreadableReportException if the content is not a report
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
                returned = identifyingFields(part);
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

    /** Reads a delivery report: one block of fields about the mail, then one block for each recipient. */
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

    /**
     * Whether the server will never accept a mail for this recipient. A status that blames this mail or its sender says
     * nothing about the recipient and does not count.
     */
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

    /** Reads the blocks of fields. Any number of blank lines may separate them. */
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

    /** Skips blank lines; returns false at the end of the content. */
    private static boolean skipBlankLines(ByteArrayInputStream content) {
        int next;
        do {
            content.mark(0);
            next = content.read();
        } while (next == '\r' || next == '\n');
        content.reset();
        return next >= 0;
    }

    private static String identifyingFields(BodyPart part) throws MessagingException, IOException {
        var found = new StringBuilder();
        try (var in = part.getInputStream()) {
            var fields = new InternetHeaders(in, true);
            for (var name : IDENTIFYING_FIELDS) {
                var value = fields.getHeader(name, "\n");
                if (value != null) {
                    // Unfolds the field: a long link is broken over several lines
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

    /** Adds the address of a field such as {@code rfc822; ada@example.org}. The type may be missing; <> are removed. */
    private static void addAddress(@Nullable String value, Set<String> addresses) {
        if (value == null) {
            return;
        }
        var address = value.substring(value.indexOf(';') + 1).strip();
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
