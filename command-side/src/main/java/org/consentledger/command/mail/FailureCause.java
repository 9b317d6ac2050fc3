package org.consentledger.command.mail;

import static java.util.regex.Pattern.CASE_INSENSITIVE;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The cause of a failure, by the words and codes of the server's reply and by the status (RFC 3463) in a report. The
 * words count most: Exim reports every failure as 5.0.0, and many servers send 5.5.0 or 5.7.1 for anything. Example:
 * status {@code 5.0.0} with the reply {@code 550-5.7.26 The sender is not authenticated} is caused by the sender.
 */
enum FailureCause {
    /** The address does not exist or takes no mail. */
    ADDRESS,
    /** The sender or the mail: its origin, its content, its size, a policy. */
    SENDER,
    /** A later attempt may succeed, or nothing says that the failure is permanent. */
    TEMPORARY,
    /** The failure is permanent, and neither words nor codes tell the cause. */
    UNCLEAR;

    private record Text(FailureCause cause, Pattern words) {
        Text(FailureCause cause, String... words) {
            this(cause, Pattern.compile("\\b(?:" + String.join("|", words) + ")", CASE_INSENSITIVE));
        }
    }

    /**
     * The words of replies. The first row with a match decides. A reply that blames the sender may also contain "no
     * such user", so the rows about the sender come before the rows about the address. Addresses, host names and codes
     * are removed before the comparison, as they may contain any of these words. A full mailbox is in no row: the code
     * says whether the server still retries.
     */
    private static final List<Text> TEXTS = List.of(
            new Text(
                    TEMPORARY,
                    // Rate limits of a mailbox, which Gmail reports as 5.2.1
                    "receiv(?:ed|ing) (?:mail (?:at a rate|too quickly)|too (?:many|much))",
                    "gr[ae]y-?list",
                    "throttl",
                    "(?:rate|receive|receiving|messages?|hourly)[ -]limit",
                    "too many (?:messages|recipients|connections|concurrent)",
                    "temporar(?:y|ily)",
                    "try (?:again|it again|your message again) later",
                    // Exim and qmail after days of attempts, Exchange after one day
                    "retry time",
                    "retry timeout",
                    "for a long time",
                    "in the queue too long",
                    "(?:message|delivery time) expired",
                    "(?:connection|operation|conversation) (?:with \\S* ?)?(?:timed out|refused|reset)",
                    "insufficient (?:system )?(?:storage|resources)"),
            new Text(
                    SENDER,
                    // Authentication of the sender
                    "spf\\b",
                    "dkim\\b",
                    "dmarc\\b",
                    "sender policy framework",
                    "unauthenticated",
                    "not authenticated",
                    "authentication (?:is )?required",
                    // Origin of the connection
                    "reverse (?:dns|host ?name|name|lookup|mapping|address)",
                    "r-?dns\\b",
                    "ptr\\b",
                    "helo\\b",
                    "ehlo\\b",
                    "find your (?:reverse )?host",
                    "client host",
                    "(?:bad|poor|low|sender|sending|ip|domain|server|its|your) reputation",
                    "reputation of",
                    "(?:black|block|deny)[ -]?list",
                    "(?:(?:is|are|been|currently|was) listed|listed (?:at|by))\\b",
                    "(?<!(?:user|mailbox|account|recipient|address)(?: is| has been)? )blocked\\b",
                    "(?:dns|r)bl\\b",
                    "spamhaus|spamcop|barracuda|sorbs|senderscore",
                    "your (?:ip|server|host|domain|network|system)\\b.{0,60}(?:block|bann|denied|refus|reject|not allowed)",
                    "(?:mails?|messages?|connections?|traffic) (?:not accepted |refused |rejected )?from (?:this|your|the) (?:ip|server|host|domain|network|system)",
                    "not accept(?:ed|ing)? (?:any )?(?:mails?|messages?|connections?|traffic) from",
                    "(?:ip|connection) .{0,20}(?:blocked|banned)",
                    // Sender of the mail
                    "(?:unknown|invalid|bad|unverified|bad outbound) sender",
                    "(?:sender|sending|(?:from|return|envelope) (?:address|domain|path|e-?mail))\\b[^.;]{0,40}(?:block|bann|denied|refus|reject|invalid|unknown|not (?:allowed|found|exist|valid|verified)|does(?: not|n.t) exist)",
                    "sender verif",
                    // Exim and qmail: the step that failed
                    "after (?:pipelined )?mail\\b",
                    "my name was rejected|greeting failed",
                    "(?:verification|callout|call-?back) failed",
                    "relay(?:ing)?\\b.{0,20}(?:denied|prohibited|not (?:allowed|permitted|possible))",
                    "(?:unable|not permitted|refused) to relay",
                    "sending (?:limit|quota|rate)",
                    "(?:daily|hourly) .{0,20}(?:limit|quota)",
                    // Content and policy
                    "spam\\b",
                    "spam(?:my|ming|[- ]like)",
                    "unsolicited",
                    "junk\\b",
                    "bulk (?:e-?)?mail",
                    "virus|malware|infected|phish",
                    "content\\b.{0,20}(?:reject|refus|den|block|filter|not accept)",
                    "(?:polic(?:y|ies)) (?:violation|reasons?|restrictions?|reject)",
                    "(?:security|local|site|organi[sz]ation|due to|violates?) polic(?:y|ies)",
                    "administrative(?:ly)? prohibit",
                    // Size and form of the mail
                    "(?:message|mail)(?: is| was)? too (?:large|big|long)",
                    "(?:message|mail|attachment) (?:file )?(?:size|length)",
                    "syntax error",
                    "bare (?:lf|line)",
                    "line too long",
                    "starttls",
                    "(?:tls|encryption|encrypted connection) (?:is )?(?:required|needed)"),
            new Text(
                    ADDRESS,
                    "(?:no such|unknown|invalid|non-?existent|inactive|unroute?able|undeliverable|disabled|bad)"
                            + " (?:(?:local|virtual|mail|e-?mail|destination) ?){0,2}(?:user|recipient|mailbox|account|address|person|alias|domain|host|destination|box)",
                    "no (?:mailbox|user|account|recipient|one|person) (?:here|by|with|found|associated|exist)",
                    "nosuchuser|recip(?:ient)?notfound",
                    "(?:user|recipient|mailbox|account|address|addressee|person|alias|customer|domain|host|name|box)s?\\b[^.;:]{0,60}?"
                            + "(?:unknown|not found|unavailable|disabled|inactive|deactivated|suspended|closed|deleted|terminated|discontinued"
                            + "|does(?: not|n.t) exist|not exist|doesn.t have an? \\S* ?account"
                            + "|not (?:a )?(?:known|valid|available|active|listed|local|recogni[sz]ed|registered|in use))",
                    "not our (?:customer|user)",
                    "nobody (?:there|here|by that name)",
                    "any host named",
                    "no longer (?:with|works?|valid|in use|used|available|at|employed|active|accept|monitored)",
                    "null mx",
                    "utilisateur inconnu|destinataire inconnu|benutzer unbekannt|unbekannter (?:benutzer|empf)|usuario desconocido"));

    private static final int LONGEST_REPLY = 4000;

    private static final Pattern ADDRESSES = Pattern.compile("\\S*@\\S*");

    // Codes, "550-5.7.26", and host names with their dots
    private static final Pattern NO_WORDS =
            Pattern.compile("(?<![\\d.])[245]\\d\\d[ -](?:#?[245]\\.\\d+\\.\\d+)?|[\\w-]+(?:\\.[\\w-]+)+");

    private static final Pattern REPLY = Pattern.compile("(?<![\\w.-])[45]\\d\\d(?=[\\s-]|$)");
    private static final Pattern ENHANCED = Pattern.compile("(?<![\\w.])[245]\\.\\d{1,3}\\.\\d{1,3}(?!\\.?\\d)");

    /** The address is at fault: its mailbox or host is unknown, disabled, moved, malformed or takes no mail. */
    private static final Set<String> UNKNOWN_RECIPIENT = Set.of("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1");

    /**
     * The sender's address is invalid (5.1.7, 5.1.8), the message is too long (5.2.3, 5.3.4), or the sender's server
     * has reached its limit (5.4.5).
     */
    private static final Set<String> SENDER_AT_FAULT = Set.of("5.1.7", "5.1.8", "5.2.3", "5.3.4", "5.4.5");

    /**
     * Finds the cause of a failure.
     *
     * @param status the status in a report, such as {@code 5.1.1}; null if the report has none
     * @param replyText the reply of the server with its words; null if it is not known
     */
    static FailureCause of(@Nullable String status, @Nullable String replyText) {
        var start = replyText == null ? "" : replyText.substring(0, Math.min(replyText.length(), LONGEST_REPLY));
        var reply = ADDRESSES.matcher(start).replaceAll(" ");
        var statusCode = first(ENHANCED, status);
        var replyCode = first(ENHANCED, reply);
        var classes = Stream.of(first(REPLY, reply), replyCode, statusCode, status)
                .filter(Objects::nonNull)
                .map(code -> code.charAt(0))
                .toList();
        if ((!classes.isEmpty() && classes.getFirst() != '5')
                || (statusCode != null && isSpecific(statusCode) && !statusCode.startsWith("5"))) {
            return TEMPORARY;
        }
        var words = NO_WORDS.matcher(reply).replaceAll(" ").replaceAll("\\s+", " ");
        return TEXTS.stream()
                .filter(text -> text.words().matcher(words).find())
                .map(Text::cause)
                .findFirst()
                .or(() -> Stream.of(replyCode, statusCode)
                        .filter(FailureCause::isSpecific)
                        .findFirst()
                        .map(FailureCause::ofCode))
                .orElse(classes.isEmpty() ? TEMPORARY : UNCLEAR);
    }

    private static FailureCause ofCode(String code) {
        if (UNKNOWN_RECIPIENT.contains(code)) {
            return ADDRESS;
        }
        // Protocol (5.5), content (5.6) and policy (5.7)
        return SENDER_AT_FAULT.contains(code) || code.matches("5\\.[567]\\..*") ? SENDER : UNCLEAR;
    }

    private static boolean isSpecific(@Nullable String code) {
        return code != null && !code.endsWith(".0.0");
    }

    private static @Nullable String first(Pattern pattern, @Nullable String text) {
        var found = pattern.matcher(text == null ? "" : text);
        return found.find() ? found.group() : null;
    }
}
