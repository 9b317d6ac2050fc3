package org.consentledger.command.mail;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The cause of a permanent failure, by its status code (RFC 3463). */
enum FailureCause {
    /** The address does not exist or takes no mail. */
    ADDRESS,
    /** The sender or the mail: its content, its size, a policy. */
    SENDER,
    /** The status does not say. */
    UNCLEAR;

    /** The address is at fault: its mailbox or host is unknown, disabled, moved, malformed or takes no mail. */
    private static final Set<String> UNKNOWN_RECIPIENT = Set.of("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1");

    /** The sender's address is invalid (5.1.7, 5.1.8), or the message is too long (5.2.3, 5.3.4). */
    private static final Set<String> SENDER_AT_FAULT = Set.of("5.1.7", "5.1.8", "5.2.3", "5.3.4");

    /** @param status such as {@code 5.1.1}; null if the server gave none */
    static FailureCause of(@Nullable String status) {
        if (status == null) {
            return UNCLEAR;
        }
        if (UNKNOWN_RECIPIENT.contains(status)) {
            return ADDRESS;
        }
        // Protocol (5.5), content (5.6) and policy (5.7)
        var senderAtFault = SENDER_AT_FAULT.contains(status)
                || status.startsWith("5.5.")
                || status.startsWith("5.6.")
                || status.startsWith("5.7.");
        return senderAtFault ? SENDER : UNCLEAR;
    }
}
