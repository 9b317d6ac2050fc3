package org.consentledger.command.mail;

import java.util.Map;

/** The header fields for a mail program's unsubscribe button (RFC 2369), which works with one click (RFC 8058). */
final class UnsubscribeHeaders {

    static Map<String, String> of(String link) {
        return Map.of("List-Unsubscribe", "<" + link + ">", "List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
    }

    private UnsubscribeHeaders() {}
}
