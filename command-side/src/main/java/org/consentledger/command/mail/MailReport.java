package org.consentledger.command.mail;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.InternetHeaders;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.internet.MimePart;
import jakarta.mail.internet.MimeUtility;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.consentledger.kernel.person.EmailAddress;
import org.jspecify.annotations.Nullable;

/**
 * Parses what a mail server sends back about a mail: a delivery report (RFC 3464), a complaint (RFC 5965), or the plain
 * text of Exim and qmail. Example: a report with the block {@code Final-Recipient: rfc822; ada@example.org},
 * {@code Action: failed}, {@code Status: 5.1.1} is a {@code PERMANENT_FAILURE} of that address. The returned header
 * fields carry our unsubscribe link or Message-ID, by which the caller finds the person.
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

    /** The maximum depth at which a report is looked for in attached messages and nested parts. */
    private static final int MOST_LAYERS = 10;

    private static final List<String> IDENTIFYING_FIELDS = List.of("List-Unsubscribe", "Message-ID");

    /** Hotmail adds this field to a mail that a reader complains about, and sends some complaints without a report. */
    private static final String HOTMAIL_RECIPIENT = "X-HmXmrOriginalRecipient";

    private static final Set<String> ENCODINGS = Set.of("base64", "quoted-printable");

    private static final Pattern ADDRESS_TYPE = Pattern.compile("^[\\w-]+\\s*;");

    // A plus sign, an equals sign or an @. Any other "+42" is part of the address.
    private static final Pattern XTEXT = Pattern.compile("\\+(2[Bb]|3[Dd]|40)");
    private static final Pattern UTF_8_XTEXT =
            Pattern.compile("\\\\x\\{(?![Dd][89A-Fa-f]..})((?:10|[1-9A-Fa-f])?[0-9A-Fa-f]{2,4})}");

    private static final Pattern RECEIVED_FOR = Pattern.compile("\\sfor\\s+<?([^<>\\s;]+@[^<>\\s;]+)");

    // The line above a reply: "<ada@example.org>:" of qmail, "  ada@example.org (generated from ...)" of Exim
    private static final Pattern RECIPIENT_LINE = Pattern.compile("\\s*<?([^<>()\\s:]+@[^<>()\\s:]+)>?:?(?: \\(.*)?");
    private static final Pattern START_OF_RETURNED_MAIL = Pattern.compile("(?m)^-.*$");

    /**
     * Reads a report. It may be inside another message, as a forward or a gateway leaves it.
     *
     * @param contentType the type of the content: {@code multipart/…} for the report part alone, any other type for a
     *     whole message
     * @throws UnreadableReportException if the content is not a report
     */
    static MailReport read(byte[] content, String contentType) throws UnreadableReportException {
        try {
            var report = find(new MimeMessage(NO_SESSION, message(content, contentType)), MOST_LAYERS);
            if (report == null) {
                throw new UnreadableReportException("The message contains no report");
            }
            return report;
        } catch (MessagingException | IOException e) {
            throw new UnreadableReportException("The report is not well-formed");
        }
    }

    private static InputStream message(byte[] content, String contentType) {
        var body = new ByteArrayInputStream(content);
        if (!contentType.toLowerCase(Locale.ROOT).startsWith("multipart/")) {
            skipBlankLines(body);
            return body;
        }
        var header = "MIME-Version: 1.0\r\nContent-Type: " + contentType + "\r\n\r\n";
        return new SequenceInputStream(new ByteArrayInputStream(header.getBytes(StandardCharsets.UTF_8)), body);
    }

    private static @Nullable MailReport find(MimePart part, int layers)
            throws MessagingException, IOException, UnreadableReportException {
        MailReport found = null;
        if (part.isMimeType("multipart/*") && part.getContent() instanceof MimeMultipart parts) {
            found = report(parts);
            for (int number = 0; found == null && layers > 0 && number < parts.getCount(); number++) {
                found = find((MimePart) parts.getBodyPart(number), layers - 1);
            }
        } else if (isMessage(part) && layers > 0) {
            var attached = new MimeMessage(NO_SESSION, content(part));
            found = find(attached, layers - 1);
            if (found == null && attached.getHeader(HOTMAIL_RECIPIENT) != null) {
                found = new MailReport(
                        Kind.COMPLAINT, List.copyOf(readers(headers(part))), identifyingFields(headers(part)));
            }
        }
        return found == null && part.isMimeType("text/plain") ? plainText(part) : found;
    }

    private static boolean isMessage(MimePart part) throws MessagingException {
        return part.isMimeType("message/rfc822") || part.isMimeType("message/global");
    }

    private static @Nullable MailReport report(MimeMultipart parts)
            throws MessagingException, IOException, UnreadableReportException {
        MimePart delivery = null;
        MimePart feedback = null;
        MimePart text = null;
        var returned = new InternetHeaders();
        for (int number = 0; number < parts.getCount(); number++) {
            var part = (MimePart) parts.getBodyPart(number);
            if (part.isMimeType("message/delivery-status") || part.isMimeType("message/global-delivery-status")) {
                delivery = part;
            } else if (part.isMimeType("message/feedback-report")) {
                feedback = part;
            } else if (text == null && part.isMimeType("text/plain")) {
                text = part;
            } else if (isMessage(part)
                    || part.isMimeType("text/rfc822-headers")
                    || part.isMimeType("message/global-headers")) {
                returned = headers(part);
            }
        }
        if (feedback != null) {
            return complaint(feedback, returned);
        }
        return delivery == null ? null : delivery(delivery, text == null ? Map.of() : replies(text(text)), returned);
    }

    /**
     * Reads a delivery report: one block of fields about the mail, then one block for each recipient.
     *
     * @param replies the replies in the text for people, by recipient: Exim gives some there alone
     */
    private static MailReport delivery(MimePart part, Map<String, String> replies, InternetHeaders returned)
            throws MessagingException, IOException, UnreadableReportException {
        var failed = new LinkedHashSet<String>();
        var recipients = 0;
        var permanent = false;
        for (var fields : blocks(part)) {
            var action = field(fields, "Action");
            if (action == null && field(fields, "Final-Recipient") == null) {
                continue;
            }
            recipients++;
            var addresses = addresses(fields, "Original-Recipient", "Final-Recipient");
            var reply = Optional.ofNullable(field(fields, "Diagnostic-Code"))
                    .or(() -> addresses.stream()
                            .map(replies::get)
                            .filter(Objects::nonNull)
                            .findFirst());
            if ((action == null || action.toLowerCase(Locale.ROOT).startsWith("fail"))
                    && isPermanent(field(fields, "Status"), reply.orElse(null))) {
                permanent = true;
                failed.addAll(addresses);
            }
        }
        if (recipients == 0) {
            throw new UnreadableReportException("It names no recipient");
        }
        return failures(permanent, failed, returned);
    }

    private static MailReport failures(boolean permanent, Set<String> failed, InternetHeaders returned)
            throws UnreadableReportException {
        if (failed.size() > 2 * MOST_BLOCKS) {
            throw new UnreadableReportException("It is about too many recipients");
        }
        return new MailReport(
                permanent ? Kind.PERMANENT_FAILURE : Kind.OTHER, List.copyOf(failed), identifyingFields(returned));
    }

    /**
     * Whether the server will never accept a mail for this recipient. A failure that this mail or its sender caused
     * says nothing about the recipient and does not count.
     */
    private static boolean isPermanent(@Nullable String status, @Nullable String reply) {
        return switch (FailureCause.of(status, reply)) {
            case ADDRESS, UNCLEAR -> true;
            case SENDER, TEMPORARY -> false;
        };
    }

    /**
     * Reads the failures that Exim (with the field X-Failed-Recipients) and qmail (QSBMF, which begins with fixed
     * words) report as plain text: a line with each recipient, the reply below it, and the returned mail after a line
     * of dashes.
     */
    private static @Nullable MailReport plainText(MimePart part)
            throws MessagingException, IOException, UnreadableReportException {
        var recipients = addresses(part.getHeader("X-Failed-Recipients"));
        var text = text(part);
        if (recipients.isEmpty() && !text.startsWith("Hi. This is the")) {
            return null;
        }
        var replies = replies(text);
        var failed = recipients.isEmpty() ? addresses(replies.keySet().toArray(String[]::new)) : recipients;
        if (failed.isEmpty()) {
            return null;
        }
        failed.removeIf(address -> !isPermanent("5.0.0", replies.get(address)));
        var halves = START_OF_RETURNED_MAIL.split(text, 2);
        var returned = new ByteArrayInputStream(
                halves[halves.length - 1].stripLeading().getBytes(StandardCharsets.UTF_8));
        return failures(
                !failed.isEmpty(),
                failed,
                halves.length == 1 ? new InternetHeaders() : new InternetHeaders(returned, true));
    }

    private static String text(MimePart part) throws MessagingException, IOException {
        return new String(content(part).readAllBytes(), StandardCharsets.UTF_8).stripLeading();
    }

    /** Returns the replies in a text, by recipient: each is the rest of the paragraph below the recipient's line. */
    private static Map<String, String> replies(String text) {
        var replies = new LinkedHashMap<String, StringBuilder>();
        var reply = new StringBuilder();
        for (var line : START_OF_RETURNED_MAIL.split(text, 2)[0].lines().toList()) {
            var start = RECIPIENT_LINE.matcher(line);
            if (start.matches()) {
                reply = replies.computeIfAbsent(start.group(1), recipient -> new StringBuilder());
            } else if (line.isBlank()) {
                reply = new StringBuilder();
            }
            reply.append(line).append('\n');
        }
        return replies.entrySet().stream()
                .collect(toMap(Map.Entry::getKey, found -> found.getValue().toString()));
    }

    private static MailReport complaint(MimePart part, InternetHeaders returned)
            throws MessagingException, IOException, UnreadableReportException {
        var blocks = blocks(part);
        var type = blocks.isEmpty() ? null : field(blocks.getFirst(), "Feedback-Type");
        if (type == null) {
            throw new UnreadableReportException("It doesn't say what kind of feedback it is");
        }
        var named = addresses(blocks.getFirst(), "Original-Rcpt-To", "Removal-Recipient");
        named.removeIf(address -> address.toLowerCase(Locale.ROOT).startsWith("redacted"));
        var complains = !NO_COMPLAINTS.contains(type.toLowerCase(Locale.ROOT));
        return new MailReport(
                complains ? Kind.COMPLAINT : Kind.OTHER,
                List.copyOf(named.isEmpty() ? readers(returned) : named),
                identifyingFields(returned));
    }

    /** Returns the addresses of everybody who may have read the returned mail, for a complaint that names no reader. */
    private static Set<String> readers(InternetHeaders returned) {
        var readers = addresses(returned, HOTMAIL_RECIPIENT, "Delivered-To", "X-Original-To", "Envelope-To");
        var to = addresses(returned, "To");
        if (to.size() == 1) {
            readers.addAll(to);
        }
        for (var received : values(returned.getHeader("Received"))) {
            RECEIVED_FOR.matcher(received).results().forEach(found -> readers.addAll(addresses(found.group(1))));
        }
        return readers;
    }

    /** Reads the blocks of fields. Any number of blank lines may separate them. */
    private static List<InternetHeaders> blocks(MimePart part)
            throws MessagingException, IOException, UnreadableReportException {
        var blocks = new ArrayList<InternetHeaders>();
        var content = new ByteArrayInputStream(content(part).readAllBytes());
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

    private static InternetHeaders headers(MimePart part) throws MessagingException {
        return new InternetHeaders(content(part), true);
    }

    /**
     * Returns the decoded content, also of a message type: Jakarta Mail decodes none, but RFC 6532 and 6533 allow it.
     */
    private static InputStream content(MimePart part) throws MessagingException {
        var raw =
                part instanceof MimeBodyPart body ? body.getRawInputStream() : ((MimeMessage) part).getRawInputStream();
        var encoding = String.valueOf(part.getEncoding()).strip().toLowerCase(Locale.ROOT);
        return ENCODINGS.contains(encoding) ? MimeUtility.decode(raw, encoding) : raw;
    }

    private static String identifyingFields(InternetHeaders fields) {
        // Unfolds the fields: a long link is broken over several lines
        return IDENTIFYING_FIELDS.stream()
                .flatMap(name -> values(fields.getHeader(name)).stream())
                .map(value -> value.replaceAll("\\s", "") + "\n")
                .collect(joining());
    }

    private static @Nullable String field(InternetHeaders fields, String name) {
        var value = fields.getHeader(name, null);
        return value == null ? null : value.strip();
    }

    private static List<String> values(String @Nullable [] values) {
        return values == null ? List.of() : List.of(values);
    }

    private static Set<String> addresses(InternetHeaders fields, String... names) {
        var found = new LinkedHashSet<String>();
        for (var name : names) {
            found.addAll(addresses(fields.getHeader(name)));
        }
        return found;
    }

    /**
     * Returns the well-formed addresses in fields such as {@code rfc822; Ada <ada@example.org>} or {@code utf-8;
     * ada@z\x{FC}rich.example.com} (RFC 6533). An address in xtext (RFC 3461) is returned as it is, too, because its
     * {@code +2B} may be meant literally.
     */
    private static Set<String> addresses(String @Nullable ... values) {
        var found = new LinkedHashSet<String>();
        for (var value : values(values)) {
            var address =
                    decoded(UTF_8_XTEXT, ADDRESS_TYPE.matcher(value.strip()).replaceFirst(""));
            Stream.of(decoded(XTEXT, address), address)
                    .flatMap(MailReport::parse)
                    .forEach(found::add);
        }
        return found;
    }

    private static String decoded(Pattern encoded, String text) {
        return encoded.matcher(text)
                .replaceAll(code -> Matcher.quoteReplacement(Character.toString(Integer.parseInt(code.group(1), 16))));
    }

    private static Stream<String> parse(String list) {
        try {
            return Stream.of(InternetAddress.parseHeader(list, false))
                    .map(InternetAddress::getAddress)
                    .filter(address -> address != null && EmailAddress.isWellFormed(address));
        } catch (AddressException malformed) {
            return Stream.empty();
        }
    }

    /** Keeps addresses out of logs. */
    @Override
    public String toString() {
        return "MailReport[" + kind + "]";
    }
}
